"""What an expression is made of: the words of indicators.yaml's ``match`` as a tree."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.matching.phrase import Pattern


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or a phrase, as written and as a pattern."""

    at: int
    text: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class ListName:
    """``$name``: any entry of that list."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Regex:
    """``/source/``, on the original text."""

    at: int
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A field other than the title: ``lang:es``, ``feed:tass-en``, ``author:x``."""

    at: int
    name: str
    value: str
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class HitOf:
    """``hit:ID``: another indicator hits the item too."""

    at: int
    indicator: str


@dataclass(frozen=True, slots=True)
class InTitle:
    """``title:a`` or ``title:( )``."""

    at: int
    part: Expression


@dataclass(frozen=True, slots=True)
class Near:
    """
    ``a NEAR/n b`` and its kin; ``kind`` is NEAR, ONEAR or NOTNEAR.

    ``bracketed`` says that it stands in brackets of its own.
    """

    at: int
    kind: str
    words: int
    left: Expression
    right: Expression
    bracketed: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """``SENTENCE(a, b)``."""

    at: int
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``ATLEAST/n(a)``."""

    at: int
    times: int
    part: Expression


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``a OR b``."""

    at: int
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """``a AND b NOT c``: all of ``parts`` and none of ``without``."""

    at: int
    parts: tuple[Expression, ...]
    without: tuple[Expression, ...] = ()


Expression = (
    Phrase | ListName | Regex | Condition | HitOf | InTitle
    | Near | Sentence | AtLeast | AnyOf | AllOf
)  # fmt: skip
