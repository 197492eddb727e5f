"""The kinds of value that keys of indicators.yaml have: how each is written, read and offered."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from monitor.config.document import Plain

ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_DURATION = re.compile(r"([1-9][0-9]*)([smhd])")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
SHORTEST_REPEAT = timedelta(minutes=10)
SHORTEST_KEEPING = timedelta(days=14)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class UnfitError(ValueError):
    """A value that does not fit its key; ``hint`` says what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def read_duration(value: Any) -> timedelta:
    """A length of time as it is written: ``30s``, ``15m``, ``6h``, ``1d``; or ``UnfitError``."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or len(found[1]) > 6:
        bare = isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,5}", value)
        hint = f"did you mean {value}m?" if bare else "write 30s, 15m, 6h or 1d"
        raise UnfitError("this is no length of time", hint)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _repeat(value: Any) -> timedelta:
    pause = read_duration(value)
    if pause < SHORTEST_REPEAT:
        raise UnfitError("an alert is not sent again that soon", "write 10m or more")
    return pause


def _lasting(value: Any) -> timedelta | None:
    if value == "forever":
        return None
    try:
        lasting = read_duration(value)
    except UnfitError as error:
        raise UnfitError(str(error), "write 90d, or forever") from error
    if lasting < SHORTEST_KEEPING:
        raise UnfitError(
            "levels and edits look further back than that", "write 14d or more, or forever"
        )
    return lasting


def _time(value: Any) -> Any:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnfitError("this is no time of day", 'write hours and minutes, as in "07:00"')
    return time(int(found[1]), int(found[2]))


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else _no_day()
    except (TypeError, ValueError):
        return _no_day()


def _no_day() -> Any:
    raise UnfitError("this is no date", "write year, month and day, as in 2025-11-06")


def _number(value: Any) -> Any:
    if not isinstance(value, Plain) or not re.fullmatch(r"[0-9]{1,9}", value):
        raise UnfitError("this is no whole number", "write digits, without quotes")
    return int(value)


def _points(value: Any) -> Any:
    if not isinstance(value, Plain) or not re.fullmatch(r"[-+]?[0-9]{1,4}(\.[0-9]{1,6})?", value):
        raise UnfitError("this is no number of points", "write a number such as 1.5 or -2")
    return float(value)


def _switch(value: Any) -> Any:
    if not isinstance(value, Plain) or value.lower() not in ("true", "false"):
        raise UnfitError("this is neither true nor false", "write true or false, without quotes")
    return value.lower() == "true"


def _text_schema(**more: Any) -> WithJsonSchema:
    # An editor takes 30 or null for a number or nothing; we read the source text.
    return WithJsonSchema({"type": ["string", "number", "boolean"], **more})


Text = Annotated[str, _text_schema()]
Entry = Annotated[
    str,
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean", "null"],
            "description": "A phrase, each word of which may end in * or begin with =, or a $list.",
        }
    ),
]
Expression = Annotated[
    str,
    _text_schema(description="An expression of the matching language, see docs/matching.md."),
]
Id = Annotated[str, _text_schema(pattern="^[a-z0-9][a-z0-9-]*$")]
Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]*[smhd]$"}),
]
Repeat = Annotated[
    timedelta,
    BeforeValidator(_repeat),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]*[smhd]$"}),
]
Lasting = Annotated[
    timedelta | None,
    BeforeValidator(_lasting),
    WithJsonSchema({"type": "string", "pattern": "^([1-9][0-9]*[smhd]|forever)$"}),
]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Whole = Annotated[int, BeforeValidator(_number), WithJsonSchema({"type": "integer"})]
Count = Annotated[Whole, Field(ge=1), WithJsonSchema({"type": "integer", "minimum": 1})]
Points = Annotated[float, BeforeValidator(_points), WithJsonSchema({"type": "number"})]
Switch = Annotated[bool, BeforeValidator(_switch), WithJsonSchema({"type": "boolean"})]


def _one_or_many(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item}]})


_WORD = {"type": ["string", "number", "boolean"]}
_CLOCK = {"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}
Words = Annotated[list[str], BeforeValidator(_listed), _one_or_many(_WORD)]
Times = Annotated[list[TimeOfDay], BeforeValidator(_listed), _one_or_many(_CLOCK)]
Grade = Annotated[
    Literal["A", "B", "C", "D", "E", "F"],
    Field(
        description="How far it is trusted: A reliable, B usually reliable, C fairly reliable, "
        "D not usually reliable, E unreliable, F cannot be judged."
    ),
]
Level = Literal["quiet", "normal", "elevated", "high"]
