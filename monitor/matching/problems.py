"""What is wrong with rules and lists, gathered while they are compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from monitor.errors import ExpressionError

_OPERATOR = re.compile(r"\S\s+(AND|OR|NOT|(?:NEAR|ONEAR|NOTNEAR)/\d+)\s+\S")
_FIELD_OR_REGEX = re.compile(
    r"\s*((?:title|lang|feed|group|publisher|grade|tag|author|hit):|/.*/\s*$)"
)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class RuleProblem:
    """
    One thing in a rule or a list that is refused or doubtful.

    ``path`` is where the scalar stands in the file, ``position`` the offset,
    in code points, within its text. Only an ``error`` keeps a list from use.
    """

    path: Path
    position: int
    message: str
    hint: str = ""
    severity: str = "error"


class Problems:
    """The problems found so far; what is found twice is told once."""

    def __init__(self) -> None:
        self.found: dict[RuleProblem, None] = {}

    def refuse(self, path: Path, error: ExpressionError) -> None:
        """Note an error at a scalar of the file."""
        self.found[RuleProblem(path, error.position, error.message, error.hint)] = None

    def warn(self, path: Path, at: int, message: str, hint: str = "") -> None:
        """Note a doubt, which keeps nothing from being used."""
        self.found[RuleProblem(path, at, message, hint, "warning")] = None

    def warn_of_operators(self, path: Path, entry: str) -> None:
        """Doubt an entry that reads like an expression; a phrase in capitals does not."""
        found = _FIELD_OR_REGEX.match(entry)
        if found is None and entry.upper() != entry:
            found = _OPERATOR.search(entry)
        if found:
            hint = "an entry is a phrase, word by word; write an expression under match:"
            self.warn(path, found.start(1), f"{found[1]} is read as words here", hint)


class AlreadyToldError(Exception):
    """What is named here has a problem of its own, told where it stands."""


def did_you_mean(name: str, known: Iterable[str], sign: str, otherwise: str) -> str:
    """A hint with the known name most like ``name``, if any is like it."""
    near = get_close_matches(name, sorted(known), 1)
    return f"did you mean {sign}{near[0]}?" if near else otherwise
