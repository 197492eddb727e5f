"""The days that a text names, as dates, in six languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

_WEEKDAYS = (
    "monday lunes понедельник دوشنبه",
    "tuesday martes вторник terca",
    "wednesday miercoles среду среда quarta چهارشنبه",
    "thursday jueves четверг quinta پنجشنبه",
    "friday viernes пятницу пятница sexta جمعه",
    "saturday sabado субботу суббота شنبه",
    "sunday domingo воскресенье воскресный воскресная воскресной یکشنبه",
)
_MONTHS = (
    "january enero января janeiro ژانویه",
    "february febrero февраля fevereiro فوریه",
    "march marzo марта marco مارس",
    "april abril апреля آوریل",
    "may mayo мая maio",
    "june junio июня junho ژوئن",
    "july julio июля julho ژوئیه",
    "august agosto августа اوت",
    "september septiembre setiembre сентября setembro سپتامبر",
    "october octubre октября outubro اکتبر",
    "november noviembre ноября novembro نوامبر",
    "december diciembre декабря dezembro دسامبر",
)
WEEKDAYS = {word: n for n, words in enumerate(_WEEKDAYS) for word in words.split()}
MONTHS = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}
_HAN_WEEKDAYS = {char: n for n, char in enumerate("一二三四五六日")} | {"天": 6}
_BEGINS = WEEKDAYS.keys() | MONTHS.keys() | {"周", "期"}
# Words that tell a weekday only beside another: the fair (feira), Persian numbers.
_AMBIGUOUS = {"quarta", "quinta", "sexta", "terca"}


# The days of a month on either side can be told within these.
_FIRST, _LAST = date(2, 1, 1), date(9998, 12, 31)


def dates_in(tokens: list[str], told: date) -> set[date]:
    """
    The days that a canonical text names, seen from the day that it was told.

    A weekday is the last one, a day of a month the nearest one.
    """
    told = min(max(told, _FIRST), _LAST)
    begins = [at for at, token in enumerate(tokens) if token in _BEGINS or token[0] in "0123456789"]
    return {day for at in begins if (day := _date_at(tokens, at, told)) is not None}


def _date_at(tokens: list[str], at: int, told: date) -> date | None:
    token = tokens[at]
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if token in WEEKDAYS:
        if token in _AMBIGUOUS and after != "feira":
            return None
        return told - timedelta(days=(told.weekday() - WEEKDAYS[token]) % 7)
    if token in ("周", "期") and after in _HAN_WEEKDAYS:
        return told - timedelta(days=(told.weekday() - _HAN_WEEKDAYS[after]) % 7)
    if _is_figures(token):
        return _day(tokens, at, int(token), told)
    if token in MONTHS and _is_figures(after):
        return _nearest(int(after), MONTHS[token], told)
    return None


def _day(tokens: list[str], at: int, day: int, told: date) -> date | None:
    if tokens[at + 1 : at + 2] in (["日"], ["号"]):
        if tokens[at - 1 : at] == ["月"] and at >= 2 and _is_figures(tokens[at - 2]):
            return _nearest(day, int(tokens[at - 2]), told)
        return _last(day, told)
    for token in _skipping_de(tokens, at + 1):
        return _nearest(day, MONTHS[token], told) if token in MONTHS else None
    return None


def _skipping_de(tokens: list[str], at: int) -> Iterator[str]:
    yield from (token for token in tokens[at : at + 2] if token not in ("de", "of", "th", "st"))


def _nearest(day: int, month: int, told: date) -> date | None:
    found = [
        one
        for year in (told.year - 1, told.year, told.year + 1)
        if (one := _made(year, month, day))
    ]
    return min(found, key=lambda one: abs(one - told), default=None)


def _last(day: int, told: date) -> date | None:
    """The last day of that number, tomorrow's included."""
    for back in range(-1, 31):
        one = told - timedelta(days=back)
        if one.day == day:
            return one
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_figures(token: str) -> bool:
    """Whether a token could be a day or a month in figures."""
    return len(token) <= 2 and token.isascii() and token.isdigit()
