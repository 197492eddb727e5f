"""What one part of the file says of another, and of the world: references, addresses, zones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from zoneinfo import ZoneInfo, available_timezones

from monitor.config.addresses import is_allowable, wrong_address
from monitor.config.briefs import headings_of
from monitor.config.channels import unknown_scheme
from monitor.config.document import Document, Path
from monitor.config.redact import variables
from monitor.config.schema import (
    FeedSection,
    IndicatorSection,
    OpmlSection,
    RouteSection,
    RuleSection,
    SearchSection,
    WatchSection,
    WeighSection,
)
from monitor.config.shape import did_you_mean
from monitor.config.values import ID
from monitor.errors import Problem
from monitor.feeds.search import ENGINES
from monitor.model import Feed

_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@(?:[\w-]+\.)+[\w-]{2,}|[^\s@<>,;:\"()\[\]]+@localhost")
LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAME = re.compile(r"\w[\w-]*")
_LITERAL_SCHEME = re.compile(r"(?!https?:)[A-Za-z][\w+.-]*://")
_FIELDS = ("priority", "group", "indicator", "signal", "reason")
_REASONS = ("new", "first", "update", "level raised", "silence", "repeat due")
ID_HINT = "lower-case letters, digits and hyphens, beginning with a letter or digit"


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that name, or ``None`` when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


class Checks:
    """
    One reading's checks; each method yields the problems of one part.

    ``broken`` holds the paths that have stand-ins: what refers to them is not
    blamed. ``folder`` is where briefs are looked for.
    ``feeds`` are all that the file brings, those of OPML files too.
    """

    def __init__(
        self,
        section: WatchSection,
        document: Document,
        broken: set[Path],
        folder: FilePath,
        env: Mapping[str, str],
        feeds: Sequence[Feed],
    ) -> None:
        self._section = section
        self._known_feeds = feeds
        self._document = document
        self._broken = broken
        self._folder = folder
        self._env = env

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong or worth a warning."""
        yield from self._top()
        yield from self._feeds()
        yield from self._terms()
        for name, one in self._section.hypotheses.items():
            path: Path = ("hypotheses", name)
            yield from self._id(name, path, key=True)
            yield from self._brief(one.brief, (*path, "brief"))
        yield from self._ids([str(one.id) for one in self._section.indicators], "indicators")
        for number, indicator in enumerate(self._section.indicators):
            yield from self._indicator(indicator, ("indicators", number))
        yield from self._alerts()

    # --- the top of the file

    def _top(self) -> Iterator[Problem]:
        top = self._section
        if zone_of(top.timezone) is None:
            hint = did_you_mean_zone(top.timezone)
            yield self._error(("timezone",), f'there is no zone "{top.timezone}"', hint)
        if top.contact is not None and not _MAIL.fullmatch(top.contact):
            hint = "write the address alone, as in desk@example.org"
            yield self._error(("contact",), "this is no mail address", hint)
        if top.site_url is not None:
            yield from self._address(top.site_url, ("site_url",))
        if top.scope is not None:
            yield from self._comment_in(("scope",))
        if not top.indicators and not self._is_broken("indicators"):
            yield self._warning((), "the file has no indicators, so nothing is matched")
        polling = top.polling
        if polling.at_least > polling.at_most:
            message = "at_least is longer than at_most"
            yield self._error(("polling", "at_least"), message)
        for number, allowed in enumerate(polling.allow):
            if not is_allowable(allowed):
                hint = "write host:port, an address or a network such as 10.0.0.0/8"
                path: Path = ("polling", "allow", number)
                yield self._error(path, f'"{allowed}" is neither an address nor a network', hint)

    # --- feeds

    def _feeds(self) -> Iterator[Problem]:
        ids = [str(one.id) if isinstance(one, FeedSection) else "" for one in self._section.feeds]
        yield from self._ids(ids, "feeds")
        seen: dict[str, str] = {}
        for number, feed in enumerate(self._section.feeds):
            path: Path = ("feeds", number)
            if feed.lang is not None and not LANG.fullmatch(feed.lang):
                message = f'"{feed.lang}" is no language code'
                yield self._error((*path, "lang"), message, "write two letters, such as es")
            if isinstance(feed, OpmlSection):
                continue
            yield from self._address(feed.url, (*path, "url"))
            if feed.url in seen:
                message = f"the feed {seen[feed.url]} has this address too, it is asked twice"
                yield self._warning((*path, "url"), message)
            seen.setdefault(feed.url, feed.id)

    def _address(self, url: str, path: Path) -> Iterator[Problem]:
        wrong = wrong_address(url)
        if wrong:
            yield self._error(path, wrong, "an address begins with https:// or http://")

    # --- terms and rules

    def _terms(self) -> Iterator[Problem]:
        for name, entries in self._section.terms.items():
            if not _NAME.fullmatch(name):
                hint = "letters, digits and hyphens"
                yield self._error(
                    ("terms", name), f'"{name}" is no name for a list', hint, key=True
                )
            for number, entry in enumerate(entries):
                yield from self._entry(entry, ("terms", name, number))

    def _entry(self, entry: str, path: Path) -> Iterator[Problem]:
        if not entry.strip():
            yield self._error(path, "an entry is missing here", "write a word, or delete the dash")

    def _rule(self, one: RuleSection, path: Path) -> Iterator[Problem]:
        lists = [key for key in ("any", "all", "none") if getattr(one, key) is not None]
        if one.match is not None:
            yield from self._comment_in((*path, "match"))
            for key in lists:
                message = f"match and {key} stand together; a rule is one or the other"
                yield self._error((*path, key), message, key=True)
        elif not lists and not any(
            (*path, key) in self._broken for key in RuleSection.model_fields
        ):
            message = "nothing says what to match"
            yield self._error(path, message, "add match: with an expression, or any:, all:, none:")
        for key in lists:
            for number, entry in enumerate(getattr(one, key)):
                yield from self._entry(entry, (*path, key, number))

    def _comment_in(self, path: Path) -> Iterator[Problem]:
        """A plain expression that a comment follows which looks like its other half."""
        scalar = self._document.scalar(path)
        if scalar is None or scalar.written.style:
            return
        end = scalar.written.end
        comment = re.compile(r"[ \t]+(#.*)").match(self._document.text, end)
        if comment is None or not _like_an_expression(comment[1], scalar.written.value):
            return
        line, column = self._document.place(comment.start(1))
        message = "YAML reads the rest of this line as a comment, not as part of the expression"
        hint = "put the whole expression in quotes, or on its own line below match: |"
        yield Problem(self._document.file, line, column, message, hint, "warning")

    # --- indicators

    def _indicator(self, one: IndicatorSection, path: Path) -> Iterator[Problem]:
        yield from self._rule(one, path)
        if one.scope is not None:
            yield from self._comment_in((*path, "scope"))
        yield from self._brief(one.brief, (*path, "brief"))
        yield from self._listening(one, path)
        for name, signal in one.signals.items():
            below: Path = (*path, "signals", name)
            yield from self._id(name, below, key=True)
            yield from self._rule(signal, below)
            yield from self._hypotheses(list(signal.supports), (*below, "for"))
            yield from self._hypotheses(list(signal.contradicts), (*below, "against"))
        if one.search_feeds is not None:
            yield from self._search(one.search_feeds, (*path, "search_feeds"))
        if one.weigh is not None:
            yield from self._weigh(one.weigh, (*path, "weigh"))

    def _weigh(self, one: WeighSection, path: Path) -> Iterator[Problem]:
        if one.base >= one.hit and (*path, "base") not in self._broken:
            message = "an item that names nothing would be a hit: base is not less than hit"
            yield self._error((*path, "base"), message, "lower base, or raise hit")
        if one.keep > one.hit:
            message = "keep is more than hit, so the rule would count for nothing"
            yield self._error((*path, "keep"), message, "lower keep")
        if self._is_broken("terms"):
            return
        for key in one.points:
            names = [name.strip() for name in key.split("+")]
            place: Path = (*path, "points", key)
            if len(names) > 2:
                message = f'"{key}" joins more than two lists'
                yield self._error(place, message, "join two with +", key=True)
            for name in names:
                if name not in self._section.terms:
                    hint = did_you_mean(name, self._section.terms)
                    yield self._error(place, f'there is no list "{name}"', hint, key=True)

    def _search(self, one: SearchSection, path: Path) -> Iterator[Problem]:
        known = ENGINES[one.engine].langs
        if not one.langs:
            yield self._error(path, "no language is named to search in", "write langs: [en]")
        for number, lang in enumerate(one.langs):
            if lang.lower() not in known:
                hint = f"one of {', '.join(known)}"
                message = f'{one.engine} is not searched in "{lang}"'
                yield self._error((*path, "langs", number), message, hint)

    def _listening(self, one: IndicatorSection, path: Path) -> Iterator[Problem]:
        if self._is_broken("feeds"):
            return
        if not (one.feeds or one.groups):
            return
        feeds = self._known_feeds
        known = {"feeds": {f.id for f in feeds}, "groups": {str(f.group) for f in feeds}}
        for key, named in (("feeds", one.feeds), ("groups", one.groups)):
            for number, name in enumerate(named):
                if name not in known[key]:
                    what = "feed has the id" if key == "feeds" else "feed is of the group"
                    hint = did_you_mean(name, known[key])
                    yield self._error((*path, key, number), f'no {what} "{name}"', hint)

    def _hypotheses(self, named: list[str], path: Path) -> Iterator[Problem]:
        if self._is_broken("hypotheses"):
            return
        for number, name in enumerate(named):
            if name not in self._section.hypotheses:
                hint = did_you_mean(name, self._section.hypotheses)
                yield self._error((*path, number), f'there is no hypothesis "{name}"', hint)

    def _brief(self, brief: str | None, path: Path) -> Iterator[Problem]:
        if brief is None or "://" in brief:
            return
        name, _, heading = brief.partition("#")
        headings = headings_of(self._folder / name)
        if headings is None:
            # A list may travel without its documents: what it matches is the same.
            yield self._warning(path, f"there is no file {name} in this file's folder")
        elif heading and heading not in headings:
            hint = did_you_mean(heading, headings)
            message = f"{name} has no heading #{heading}"
            yield self._error(path, message, hint, offset=len(name))

    # --- alerts

    def _alerts(self) -> Iterator[Problem]:
        alerts = self._section.alerts
        for name, address in alerts.channels.items():
            yield from self._channel(name, address)
        for number, route in enumerate(alerts.routes):
            yield from self._route(route, ("alerts", "routes", number), inherits=False)
        quiet = alerts.quiet_hours
        if quiet is not None and quiet.begin == quiet.end:
            message = "quiet hours that begin when they end are none, or all day"
            yield self._error(("alerts", "quiet_hours"), message, "write two different times")
        if alerts.heartbeat is not None:
            yield from self._heartbeat(alerts.heartbeat)

    def _heartbeat(self, address: str) -> Iterator[Problem]:
        path: Path = ("alerts", "heartbeat")
        unset = next((one for one in variables(address) if not self._env.get(one)), None)
        if unset is not None:
            message = f"the heartbeat is not set up: {unset} is not set"
            yield self._warning(path, message, "set it in the environment or in .env")
        elif not variables(address):
            yield from self._address(address, path)

    def _channel(self, name: str, address: str) -> Iterator[Problem]:
        path: Path = ("alerts", "channels", name)
        if not _NAME.fullmatch(name):
            hint = "letters, digits and hyphens"
            yield self._error(path, f'"{name}" is no name for a channel', hint, key=True)
        named = variables(address)
        unset = next((one for one in named if not self._env.get(one)), None)
        if unset is not None:
            message = f"the channel {name} is not set up: {unset} is not set"
            hint = "set it in the environment or in .env; until then its messages are held"
            yield self._warning(path, message, hint)
        elif not named or _LITERAL_SCHEME.match(address):
            # The address holds secrets: no message shows more of it than its scheme.
            wrong = unknown_scheme(address)
            if wrong is not None:
                hint = "see the list of services in the manual of Apprise"
                if _MAIL.fullmatch(address.strip()):
                    to = address.strip()
                    hint = f"for mail: mailtos://user:password@mail.example.org/?to={to}"
                yield self._error(path, wrong, hint)

    def _route(self, one: RouteSection, path: Path, *, inherits: bool) -> Iterator[Problem]:
        channels = self._section.alerts.channels
        if not one.to and not inherits and (*path, "to") not in self._broken:
            yield self._error(path, "this route says nobody", "add to: with a channel")
        for number, name in enumerate(one.to):
            if name not in channels and not self._is_broken("alerts", "channels"):
                hint = did_you_mean(name, channels) or "channels are named under alerts.channels"
                yield self._error((*path, "to", number), f'there is no channel "{name}"', hint)
        for field, values in one.when.items():
            yield from self._condition(field, list(values), (*path, "when", field))
        for number, below in enumerate(one.routes):
            yield from self._route(below, (*path, "routes", number), inherits=bool(one.to))

    def _condition(self, field: str, values: list[str], path: Path) -> Iterator[Problem]:
        if field not in _FIELDS:
            hint = did_you_mean(field, _FIELDS) or f"one of {', '.join(_FIELDS)}"
            yield self._error(path, f'a route cannot ask for "{field}"', hint, key=True)
            return
        known = self._values(field)
        if known is None:
            return
        for number, value in enumerate(values):
            if value not in known:
                near = did_you_mean(value, known)
                hint = near or (f"one of {', '.join(known)}" if 0 < len(known) < 8 else "")
                yield self._error((*path, number), f'there is no {field} "{value}"', hint)

    def _values(self, field: str) -> list[str] | None:
        indicators = self._section.indicators
        if field == "priority":
            return ["high", "normal", "low"]
        if field == "reason":
            return list(_REASONS)
        if self._is_broken("indicators"):
            return None
        if field == "indicator":
            return [str(one.id) for one in indicators]
        if field == "group":
            return sorted({str(one.group) for one in indicators if one.group is not None})
        return sorted({str(name) for one in indicators for name in one.signals})

    # --- words for all

    def _ids(self, ids: list[str], part: str) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for number, name in enumerate(ids):
            path: Path = (part, number, "id")
            if not name or path in self._broken or (part, number) in self._broken:
                continue
            yield from self._id(name, path)
            if name in first:
                line, _ = self._document.position((part, first[name], "id"))
                message = f'the id "{name}" is given twice'
                yield self._error(path, message, f"it stands first in line {line}")
            first.setdefault(name, number)

    def _id(self, name: str, path: Path, *, key: bool = False) -> Iterator[Problem]:
        if not ID.fullmatch(name):
            near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            hint = f"{ID_HINT}: {near}" if near else ID_HINT
            yield self._error(path, f'"{name}" is no id', hint, key=key)

    def _is_broken(self, *path: str) -> bool:
        """Whether anything within that part of the file has a stand-in at its own level."""
        return any(len(one) <= len(path) + 1 and one[: len(path)] == path for one in self._broken)

    def _error(
        self,
        path: Path,
        message: str,
        hint: str = "",
        *,
        offset: int | None = None,
        key: bool = False,
    ) -> Problem:
        return self._document.problem(path, message, hint, offset=offset, key=key)

    def _warning(self, path: Path, message: str, hint: str = "") -> Problem:
        return self._document.problem(path, message, hint, severity="warning")


def _like_an_expression(comment: str, before: str) -> bool:
    operators = re.search(r"\b(AND|OR|NOT|O?NEAR/\d+|NOTNEAR/\d+)\b|\$\w", comment)
    joined = re.match(r"#[^\s#]", comment) is not None
    hanging = re.search(r"(\b(AND|OR|NOT)|NEAR/\d+|\()\s*$", before) is not None
    return bool(operators) or joined or hanging or before.count("(") > before.count(")")


def did_you_mean_zone(name: str) -> str:
    """The zones whose name is near, or which end in the same city."""
    zones = available_timezones()
    plain = name.strip().replace(" ", "_")
    for zone in sorted(zones):
        if plain and plain.lower() in (zone.lower(), zone.lower().rpartition("/")[2]):
            return f"did you mean {zone}?"
    lowered = {zone.lower(): zone for zone in zones}
    near = did_you_mean(plain, lowered)
    return re.sub(r"[a-z_/+-]+/[a-z_/+-]+", lambda m: lowered.get(m[0], m[0]), near)
