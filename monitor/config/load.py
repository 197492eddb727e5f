"""indicators.yaml, read whole: a watch list, or every problem with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config.build import build
from monitor.config.checks import Checks, zone_of
from monitor.config.document import MAX_BYTES, Document, read_document, too_big
from monitor.config.feedlist import read_feeds, with_searches
from monitor.config.schema import RuleSection, WatchSection
from monitor.config.shape import read_shape
from monitor.errors import ConfigError, Problem
from monitor.matching import Matcher, RuleProblem, compile_watch, languages_lacking
from monitor.model import Indicator, Rule, WatchList


@dataclass(frozen=True, slots=True)
class LoadedWatch:
    """A watch list that is fit to be in force, compiled; ``problems`` are warnings only."""

    watch: WatchList
    matcher: Matcher
    problems: tuple[Problem, ...] = ()
    file: str = "indicators.yaml"


class UnreadError(ConfigError):
    """
    The file could not be read at all.

    Its problem has the place 1:1, for tools; its text names no place, since
    there is nothing wrong at the first character.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__([problem])
        self.args = (f"{problem.file}: {problem.message}",)


def load(path: Path, env: Mapping[str, str]) -> LoadedWatch:
    """
    The watch list in a file.

    Raises ``ConfigError`` with every problem, warnings included, when there is
    any error, also when the file cannot be read.
    """
    return load_text(read_text(path), path, env)


def load_text(
    text: str, path: Path, env: Mapping[str, str], kept: Mapping[str, bytes] | None = None
) -> LoadedWatch:
    """
    The watch list that a text would be if it stood in that file.

    OPML files that are ``kept``, by name, are not looked for. Raises
    ``ConfigError`` with every problem, warnings included, when there is any error.
    """
    file, folder = str(path), path.parent
    document = read_document(text, file)
    problems = list(document.problems)
    if document.root is None and problems:
        raise ConfigError(problems)
    section, found, broken = read_shape(document)
    problems += found
    if section is None:
        raise ConfigError(_in_order(problems, file))
    listed = read_feeds(section, document, folder, kept)
    problems += listed.problems
    problems += Checks(section, document, broken, folder, env, listed.feeds).problems()
    zone = zone_of(section.timezone) or ZoneInfo("UTC")
    watch = replace(build(section, document, zone, env, listed.feeds), opml=listed.files)
    if not any(one.severity == "error" for one in problems):
        watch, unsearched = with_searches(watch, document)
        problems += unsearched
    matcher, wrong = compile_watch(watch)
    if ("terms",) not in broken:
        wrong = [*wrong, *_compile_controls(section, watch), *languages_lacking(watch)]
        known = {(one.line, one.column) for one in problems if one.file == file}
        placed = _placed(wrong, document, broken)
        problems += [one for one in placed if (one.line, one.column) not in known]
    problems = _in_order(problems, file)
    if any(one.severity == "error" for one in problems):
        raise ConfigError(problems)
    return LoadedWatch(watch, matcher, tuple(problems), file)


def read_text(path: Path) -> str:
    """The text of a file; raises ``ConfigError`` if it is not there, too big or not UTF-8."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadError(too_big(str(path)))
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        message = f"the file cannot be read: {reason}"
        raise UnreadError(Problem(str(path), 1, 1, message)) from error
    return decode(content, str(path))


def decode(content: bytes, file: str) -> str:
    """UTF-8 bytes as text; raises ``ConfigError`` with the place of the first wrong byte."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace").replace("\r\n", "\n")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        hint = "save it as UTF-8"
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint = "it looks like UTF-16; save it as UTF-8"
        message = f"the file is not UTF-8: a wrong byte 0x{content[error.start]:02X} stands here"
        raise ConfigError([Problem(file, line, column, message, hint)]) from error


def _compile_controls(section: WatchSection, watch: WatchList) -> list[RuleProblem]:
    """What is wrong in ``expect.control``, which is kept for later and checked now."""
    controls = tuple(
        Indicator(
            f"{one.id}--control",
            one.title,
            Rule(match=one.expect.control, path=("indicators", number, "expect")),
            unscoped=True,
        )
        for number, one in enumerate(section.indicators)
        if one.expect is not None and one.expect.control is not None
    )
    if not controls:
        return []
    _, found = compile_watch(replace(watch, indicators=(*watch.indicators, *controls)))
    return [
        replace(one, path=(*one.path[:3], "control"))
        for one in found
        if one.path[2:3] == ("expect",)
    ]


def _placed(
    found: Iterable[RuleProblem], document: Document, broken: set[tuple[str | int, ...]]
) -> Iterator[Problem]:
    """Problems of rules in their places, without echoes of what is broken in shape already."""
    for one in found:
        if any(one.path[: len(path)] == path for path in broken):
            continue
        if any((*one.path, key) in broken for key in RuleSection.model_fields):
            continue
        yield document.problem(
            one.path, one.message, one.hint, offset=one.position, severity=one.severity
        )


def _in_order(problems: list[Problem], file: str) -> list[Problem]:
    """By place, files beside the list last; the same sentence at the same place is said once."""
    return list(dict.fromkeys(sorted(problems, key=lambda one: place_of(one, file))))


def place_of(problem: Problem, file: str) -> tuple[bool, str, int, int]:
    """What problems are put in order by: those of the list itself come first."""
    return problem.file != file, problem.file, problem.line, problem.column
