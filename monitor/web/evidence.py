"""An explanation as a page shows it: the tree to be folded, and what a miss lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from monitor.matching import Clause, Explanation
from monitor.model import FieldName, Mark

WORDS_SHOWN = 12
CONDITIONS = {"author", "feed", "grade", "group", "hit", "lang", "publisher", "tag"}
ANY, ALL, APART = "OR", "AND", "NOTNEAR"


@dataclass(frozen=True, slots=True)
class Found:
    """Words of the item that a clause found: where from, in which fields, how often in all."""

    text: str
    source: str
    fields: tuple[FieldName, ...]
    times: int


@dataclass(frozen=True, slots=True)
class Branch:
    """
    One clause of the tree as it is shown.

    ``codes`` is what it asks: an operator, a list, a word; several where
    words or lists side by side were all not found. ``role`` is its part in
    the clause above: empty where it must hold, else ``not``, ``apart`` (the
    right of a NOTNEAR, which may hold elsewhere), ``scope`` or a signal's name.
    ``told`` says what its verdict rests on. ``is_open`` where the verdict
    above rests on it and there are words to see; ``hit_of`` names the
    indicator whose own tree goes on from here.
    """

    codes: tuple[str, ...]
    holds: bool
    role: str = ""
    told: str = ""
    words: tuple[Found, ...] = ()
    more: int = 0
    parts: tuple[Branch, ...] = ()
    is_open: bool = False
    hit_of: str | None = None


def operator_of(clause: Clause) -> str:
    """The operator that joins a clause's parts; nothing for a word, a list or a condition."""
    label = clause.label
    if not clause.parts:
        return ""
    first = clause.parts[0].label
    for written in (f"({first}) ", f'"{first}" ', f"{first} "):
        if label.startswith(written):
            operator = label[len(written) :].partition(" ")[0]
            return ALL if operator == "NOT" else operator
    if label.startswith("hit:"):
        return label
    return label.partition("(")[0] if label.startswith(("SENTENCE", "ATLEAST")) else ALL


def is_met(part: Clause) -> bool:
    """Whether a clause stands as the clause above needs it: it holds, or must not and does not."""
    return part.holds != (part.role == "not")


def lacking(clause: Clause) -> tuple[Clause, ...]:
    """
    The fewest clauses that would have to be otherwise for this one to stand as needed.

    Of several ways, the one that lacks least is told, the first where they lack
    the same; a choice among plain words or lists is told as one.
    """
    if is_met(clause):
        return ()
    operator = operator_of(clause)
    if clause.role == "not" or not clause.parts or operator.startswith("hit:"):
        return (clause,)
    if operator == ANY:
        if not any(part.parts for part in clause.parts):
            return (clause,)
        return min((lacking(part) for part in clause.parts), key=len)
    needed = clause.parts[:1] if operator.startswith(APART) else clause.parts
    missing = tuple(one for part in needed for one in lacking(part))
    # Its parts are there, but not so often, so near or so placed as it asks.
    return missing or (clause,)


def lacks(told: Explanation) -> tuple[Clause, ...]:
    """What an item lacks to be a hit; nothing where the indicator does not look at it at all."""
    if told.hit or told.clause.note:
        return ()
    judged = (part for part in told.clause.parts if not _is_signal(part))
    missing = (one for part in judged for one in lacking(part))
    # What the points take back is told by the points themselves.
    return tuple(one for one in missing if one.scales is None or one is not told.clause.parts[0])


def lacking_words(clause: Clause) -> str:
    """How a clause that is lacking stands: ``not found``, or what is there of it."""
    if clause.role == "not":
        return "is there, and must not be"
    if clause.note and not clause.note.startswith("none of"):
        return clause.note
    if operator_of(clause) == ANY:
        return "none of these found"
    is_condition = clause.label.partition(":")[0] in CONDITIONS
    return "does not hold" if clause.parts or is_condition else "not found"


def came_near(told: Explanation) -> bool:
    """Whether anything that the indicator's rule looks for was found, its scope aside."""
    return any(_wants_what_is_there(part) for part in told.clause.parts[:1])


def _wants_what_is_there(clause: Clause) -> bool:
    if clause.scales is not None:
        return _wants_what_is_there(clause.parts[0])
    if not clause.parts:
        return bool(clause.marks)
    return any(_wants_what_is_there(part) for part in clause.parts if part.role != "not")


def tree(told: Explanation, shown: Collection[str] = ()) -> tuple[Branch, ...]:
    """
    The rule, the scope and, for a hit, the signals, each as a tree.

    ``shown`` are the indicators whose own trees stand on the same page: what
    ``hit:`` asks of them is not repeated. Points beside the rule are no part of
    the tree: the page has them apart, as ``Points``.
    """
    return tuple(
        _branch(part.parts[0] if part.scales else part, True, shown)
        for part in told.clause.parts
        if told.hit or not _is_signal(part)
    )


def _is_signal(part: Clause) -> bool:
    return part.role.startswith("signal ")


def _branch(clause: Clause, decides: bool, shown: Collection[str]) -> Branch:
    operator = operator_of(clause)
    asked = clause.label.removeprefix("hit:") if operator.startswith("hit:") else None
    if clause.scales is not None:
        rule = _branch(replace(clause.parts[0], role="rule"), decides, shown)
        codes, told = (clause.label,), clause.note
        return Branch(codes, clause.holds, clause.role, told, parts=(rule,), is_open=rule.is_open)
    if not clause.parts or asked in shown:
        words, more = _found(clause.marks)
        told = clause.note if clause.role != "not" else ""
        return Branch((clause.label,), clause.holds, clause.role, told, words, more, hit_of=asked)
    return Branch(
        (operator,),
        clause.holds,
        clause.role,
        _told(clause, operator),
        parts=tuple(_parts(clause, operator, shown)),
        is_open=decides and (clause.role != "not" or clause.holds) and _has_words(clause),
    )


def _parts(clause: Clause, operator: str, shown: Collection[str]) -> Iterable[Branch]:
    """The parts in order; in a choice, the words and lists that were not found stand as one."""
    absent = []
    for place, part in enumerate(clause.parts):
        if operator == ANY and not part.parts and not part.holds:
            absent.append(part.label)
            continue
        decides = {ANY: part.holds == clause.holds, ALL: clause.holds or not is_met(part)}
        branch = _branch(part, decides.get(operator, True), shown)
        if operator.startswith(APART) and place:
            branch = replace(branch, role="apart")
        yield branch
    if absent:
        yield Branch(tuple(absent), False)


def _told(clause: Clause, operator: str) -> str:
    """In words: how many of the parts are needed, and how many stand as they should."""
    met = sum(map(is_met, clause.parts))
    every = len(clause.parts)
    if operator == ANY:
        count = "none holds" if not met else "one holds" if met == 1 else f"{met} hold"
        return f"any of {every}: {count}"
    if operator == ALL:
        return f"all {every} as needed" if met == every else f"{met} of {every} as needed"
    return clause.note if clause.role != "not" else ""


def _has_words(clause: Clause) -> bool:
    """Whether words were found for any part that is wanted."""
    if clause.role == "not" and not clause.holds:
        return False
    if not clause.parts:
        return bool(clause.marks)
    return any(map(_has_words, clause.parts))


def _found(marks: Iterable[Mark]) -> tuple[tuple[Found, ...], int]:
    """Each word once with its count, the first few of them, and how many are left out."""
    places: dict[tuple[str, str], list[FieldName]] = defaultdict(list)
    for mark in marks:
        places[mark.text, f"${mark.list}" if mark.list else mark.term].append(mark.field)
    words = [
        Found(text, source, tuple(dict.fromkeys(fields)), len(fields))
        for (text, source), fields in places.items()
    ]
    return tuple(words[:WORDS_SHOWN]), max(len(words) - WORDS_SHOWN, 0)
