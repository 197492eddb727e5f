"""Checked sections to the frozen nouns of the model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitor.config.document import Document, Path
from monitor.config.redact import VARIABLE, variables, without_addresses
from monitor.config.schema import (
    FeedSection,
    IndicatorSection,
    QuietSection,
    RouteSection,
    RuleSection,
    SearchSection,
    SignalSection,
    WatchSection,
    WeighSection,
)
from monitor.model import (
    Channel,
    Expectation,
    Feed,
    Hypothesis,
    Indicator,
    Keeping,
    Polling,
    QuietHours,
    Route,
    Rule,
    Search,
    Signal,
    WatchList,
    Weighing,
)


def build(
    section: WatchSection,
    document: Document,
    zone: ZoneInfo,
    env: Mapping[str, str],
    feeds: Sequence[Feed],
) -> WatchList:
    """The watch list that the sections speak of, with channel addresses filled from ``env``."""
    return WatchList(
        title=str(section.title),
        zone=zone,
        feeds=tuple(feeds),
        indicators=tuple(
            indicator(one, document, ("indicators", number))
            for number, one in enumerate(section.indicators)
        ),
        terms=MappingProxyType(
            {str(name): tuple(map(str, entries)) for name, entries in section.terms.items()}
        ),
        scope=scope_rule(section.scope, document, ("scope",)),
        hypotheses=tuple(
            Hypothesis(str(name), str(one.statement), _str(one.brief), one.as_of)
            for name, one in section.hypotheses.items()
        ),
        polling=Polling(
            section.polling.every,
            section.polling.at_least,
            section.polling.at_most,
            tuple(map(str, section.polling.allow)),
        ),
        channels=tuple(
            channel(name, address, env) for name, address in section.alerts.channels.items()
        ),
        routes=routes(section.alerts.routes),
        contact=_str(section.contact),
        site_url=_str(section.site_url),
        quiet=_quiet(section.alerts.quiet_hours),
        heartbeat=_heartbeat(section.alerts.heartbeat, env),
        keeping=Keeping(section.keep.unmatched, section.keep.backups),
        revision=hashlib.sha256(document.text.encode()).hexdigest()[:12],
        source=document.text,
        kept=without_addresses(document),
    )


def _quiet(section: QuietSection | None) -> QuietHours | None:
    if section is None:
        return None
    asked = "but" in section.model_fields_set
    return QuietHours(section.begin, section.end, section.but.min_level if asked else None)


def _heartbeat(address: str | None, env: Mapping[str, str]) -> str | None:
    return channel("heartbeat", str(address), env).url if address is not None else None


def _str(value: str | None) -> str | None:
    return None if value is None else str(value)


def feed(one: FeedSection, origin: str = "") -> Feed:
    """One feed; ``origin`` says where it is written if not in the file itself."""
    return Feed(
        id=str(one.id),
        url=str(one.url),
        lang=one.lang.lower() if one.lang else None,
        publisher=str(one.publisher or one.id),
        grade=one.grade,
        group=_str(one.group),
        tags=tuple(map(str, one.tags)),
        every=one.every,
        fulltext=one.fulltext,
        origin=origin,
    )


def indicator(one: IndicatorSection, document: Document, path: Path) -> Indicator:
    """One indicator, each of its rules with its path in the file."""
    unscoped = one.scope is not None and one.scope.strip() == "none"
    return Indicator(
        id=str(one.id),
        title=str(one.title),
        rule=rule(one, document, path),
        question=str(one.question),
        brief=_str(one.brief),
        signals=tuple(
            _signal(name, signal, document, (*path, "signals", name))
            for name, signal in one.signals.items()
        ),
        scope=None if unscoped else scope_rule(one.scope, document, (*path, "scope")),
        unscoped=unscoped,
        priority=one.priority,
        group=_str(one.group),
        examples_match=tuple(map(str, one.examples.match)),
        examples_no_match=tuple(map(str, one.examples.no_match)),
        feeds=tuple(map(str, one.feeds)),
        groups=tuple(map(str, one.groups)),
        paused=one.paused,
        contact=_str(one.contact),
        review_by=one.review_by,
        notes=str(one.notes),
        min_sources=one.min_sources,
        budget=one.budget,
        search=_search(one.search_feeds) if one.search_feeds else None,
        expect=_expectation(one, path),
        weighing=_weighing(one.weigh) if one.weigh else None,
    )


def _weighing(one: WeighSection) -> Weighing:
    return Weighing(
        base=one.base,
        hit=one.hit,
        keep=one.keep,
        points=tuple(
            (tuple(name.strip() for name in str(key).split("+")), points)
            for key, points in one.points.items()
        ),
    )


def _expectation(one: IndicatorSection, path: Path) -> Expectation | None:
    if one.expect is None:
        return None
    control = one.expect.control
    place = (*path, "expect", "control")
    return Expectation(Rule(match=str(control), path=place) if control is not None else None)


def _search(one: SearchSection) -> Search:
    langs = dict.fromkeys(str(lang).lower() for lang in one.langs)
    return Search(tuple(langs), one.engine, one.every)


def _signal(name: str, one: SignalSection, document: Document, path: Path) -> Signal:
    return Signal(
        str(name),
        rule(one, document, path),
        tuple(map(str, one.supports)),
        tuple(map(str, one.contradicts)),
    )


def rule(one: RuleSection, document: Document, path: Path) -> Rule:
    """The rule that a section holds; ``path`` leads to the mapping with its keys."""
    return Rule(
        match=_str(one.match),
        quoted=document.quoted((*path, "match")),
        any=tuple(map(str, one.any or ())),
        all=tuple(map(str, one.all or ())),
        none=tuple(map(str, one.none or ())),
        path=path,
    )


def scope_rule(text: str | None, document: Document, path: Path) -> Rule | None:
    """A scope is one expression; its path leads to the scalar itself."""
    if text is None:
        return None
    return Rule(match=str(text), quoted=document.quoted(path), path=path)


def channel(name: str, address: str, env: Mapping[str, str]) -> Channel:
    """
    A channel with the variables of its address filled in.

    ``${NAME}`` stands for the environment's value, ``$${`` for ``${`` itself.
    With a variable unset or empty the channel is not set up, and says which.
    """
    missing = [found for found in variables(address) if not env.get(found)]
    if missing:
        return Channel(str(name), None, missing[0])
    filled = VARIABLE.sub(lambda found: env[found[1]] if found[1] else "${", address)
    return Channel(str(name), filled.strip())


def routes(sections: Sequence[RouteSection], above: str = "") -> tuple[Route, ...]:
    """Routes with keys that stay while their own text does; equal ones are numbered."""
    keys: dict[str, int] = {}
    return tuple(_route(one, _numbered(above + _key(one), keys)) for one in sections)


def _numbered(key: str, seen: dict[str, int]) -> str:
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _route(one: RouteSection, key: str) -> Route:
    return Route(
        key=key,
        to=tuple(map(str, one.to)),
        when=MappingProxyType({str(k): tuple(map(str, v)) for k, v in one.when.items()}),
        min_level=one.min_level,
        min_sources=one.min_sources,
        digest=tuple(sorted(one.digest)),
        repeat=one.repeat,
        routes=routes(one.routes, key + "/"),
    )


def _key(one: RouteSection) -> str:
    """
    A route's name in the ledger, such as ``desk-mail-digest-1f0c2a``.

    Readable first, and told apart by a hash of what the route says. Its times
    are left out: the ledger knows them by themselves, and a digest that went
    out at seven must not go out again because a second time was added.
    """
    words = [*one.to, "digest" if one.digest else "alerts"]
    return "-".join([*words, hashlib.sha256("|".join(_facts(one)).encode()).hexdigest()[:6]])


def _facts(one: RouteSection) -> Iterator[str]:
    yield ",".join(one.to)
    for name, values in sorted(one.when.items()):
        yield f"{name}={','.join(sorted(values))}"
    yield "digest" if one.digest else "alerts"
    yield f"{one.min_level}/{one.min_sources}"
