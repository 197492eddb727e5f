"""Values to HTML and text: the templates, and the filters and words that they use."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from monitor import __version__
from monitor.alerts.decide import Alert, Reason
from monitor.alerts.links import Signer
from monitor.alerts.slots import Slot
from monitor.digest import charts, wording, zones
from monitor.digest.build import Digest, Story, lists_named, local_day
from monitor.digest.chat import alert_short, digest_short, summary_short
from monitor.digest.joining import parted
from monitor.digest.layout import by_level, indicators_of, lay_out, stood
from monitor.digest.letter import alert_letter, digest_letter, sent_line, summary_letter
from monitor.digest.levelnote import LevelNote
from monitor.digest.links import FileLinks, Links, mail_links
from monitor.digest.matched import glosses, matched
from monitor.digest.passages import tell
from monitor.digest.pictures import NO_PAST, Gallery, Past, drawn_of
from monitor.digest.plain import plain_line, shorten, visible, web_link
from monitor.digest.weighing import weighed
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.messages import Message
from monitor.model import Indicator, Priority, WatchList

MAIL_TOLD = 30
MAIL_NAMED = 90
PAGE_TOLD, PAGE_NAMED, PAGE_UPDATES = 40, 100, 10
"""On the page of a day, as many stories are told, named at all, and told as updated."""


class Around(Protocol):
    """What stands around every page."""

    @property
    def title(self) -> str:
        """The watch's name."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The zone that its times are in."""
        ...

    @property
    def now(self) -> datetime:
        """When the page is made."""
        ...


class Renderer:
    """
    Writes pages, the content of a day, mails and chat messages.

    ``templates`` is the folder that they stand in; ``signer`` signs the link in
    a mail by which its reader says that they have seen it. Whatever comes from a feed
    is escaped on its way into HTML, and made one harmless line elsewhere.
    """

    def __init__(
        self, templates: Path, links: Links | None = None, signer: Signer | None = None
    ) -> None:
        self._templates = templates
        self._signer = signer
        self._links = links or Links()
        self._environment = _environment(templates)
        self._inliner = css_inline.CSSInliner(
            extra_css=(templates / "mail.css").read_text(encoding="utf-8"),
            load_remote_stylesheets=False,
            keep_style_tags=False,
        )

    def for_files(self, days: Collection[date]) -> Renderer:
        """The same, for pages of these days that stand in one folder as files."""
        return Renderer(self._templates, FileLinks(days=frozenset(days)))

    def page(self, name: str, frame: Around, **values: Any) -> str:
        """
        A whole page: its template by name, what stands around it, and what it shows.

        Forms stand on it only if it is given the ``token`` that they carry.
        """
        values = {"token": None, "hours": (), **values}
        when = wording.When(frame.zone, local_day(frame.now, frame.zone))
        return self._fill(name, frame=frame, when=when, links=self._links, **values)

    def bare(self, name: str, **values: Any) -> str:
        """A page for those who may see nothing of the watch."""
        return self._fill(name, **values)

    def digest_content(self, digest: Digest, past: Past = NO_PAST) -> str:
        """
        What a day's page holds for ever: nothing of it depends on when it is written.

        It leads to articles and within itself, never to other pages of ours,
        so that it is the same on the service and among files. Indicators whose ``past`` is
        given are drawn, with what was usual of them where that is known.
        """
        return self._fill(
            "digest_content.html",
            digest=digest,
            layout=lay_out(digest, told=PAGE_TOLD, named=PAGE_NAMED, reasons=True),
            most_updates=PAGE_UPDATES,
            matrix=weighed(digest),
            stood=stood(digest),
            past=past,
            when=wording.When(digest.zone, digest.day),
        )

    def digest_text(self, digest: Digest) -> str:
        """A digest as plain text."""
        return digest_letter(digest, None, mail_links(digest.site_url), "")

    def digest_message(
        self,
        digest: Digest,
        since: Digest | None,
        channel: str,
        slot: Slot,
        past: Past = NO_PAST,
    ) -> Message:
        """
        A digest with what came since midnight, as mail and as chat.

        The mail shows the last 30 days of the indicators whose ``past`` is given.
        """
        links = mail_links(digest.site_url)
        gallery = Gallery(past)
        sent = sent_line(channel, f"{slot.at:%H:%M}", digest, links)
        return self._message(
            "mail.html",
            subject=wording.subject(digest, since),
            text=digest_letter(digest, since, links, sent),
            short=digest_short(digest, since, links),
            gallery=gallery,
            drawn=drawn_of(digest, gallery),
            digest=digest,
            layout=lay_out(digest, front=1, told=MAIL_TOLD, named=MAIL_NAMED),
            since=since,
            links=links,
            when=wording.When(digest.zone, digest.day),
            sent=sent,
            named=MAIL_NAMED,
        )

    def alert_message(
        self, story: Story, alert: Alert, watch: WatchList, past: Past = NO_PAST
    ) -> Message:
        """
        One story that a desk should hear of now, as mail and as chat.

        It tells the report that leads the story; the older story that this joins stands beside it.
        The mail shows the last 30 days of its first indicator, if its ``past`` is given.
        """
        gallery = Gallery(past)
        own, joined = parted(story, watch.zone)
        found = [one for one in watch.indicators if one.id in own.indicators]
        found.sort(key=lambda one: one.priority is not Priority.HIGH)
        links = mail_links(watch.site_url)
        when = wording.When(watch.zone, None)
        names = ", ".join(one.title for one in found) or watch.title
        title = tell(own.lead).title.plain
        again = "Again: " if alert.reason is Reason.REPEAT else ""
        named = f"{again}{shorten(names, 80)}: {title}"
        hit = wording.series([plain_line(one.title) for one in found])
        scope = lists_named(watch.scope, watch.terms)
        why = f"{_REASONS.get(alert.reason, 'Sent because it is new')} and hits {hit}."
        said = links.said(self._signer.link(story.id, story.seen)) if self._signer else None
        return self._message(
            "mail_alert.html",
            subject=shorten(plain_line(named), wording.SUBJECT_LENGTH),
            text=alert_letter(own, found, when, links, why, scope, said, joined),
            short=again + alert_short(own, found, links, scope, joined),
            gallery=gallery,
            drawn=[one for one in found if gallery.had_any(one)][:1],
            title=watch.title,
            story=own,
            joined=joined,
            indicators=found,
            links=links,
            when=when,
            why=why,
            said=said,
            scope=scope,
        )

    def level_message(
        self,
        shown: Shown,
        indicator: Indicator,
        stories: Sequence[Story],
        watch: WatchList,
        past: Past = NO_PAST,
    ) -> Message:
        """
        A level that rose, or a silence, with its reason and its newest stories.

        The mail shows the indicator's last 30 days, if its ``past`` is given.
        """
        gallery = Gallery(past)
        note = LevelNote(shown, indicator, stories, mail_links(watch.site_url))
        return self._message(
            "mail_level.html",
            subject=note.subject,
            text=note.letter,
            short=note.short,
            gallery=gallery,
            drawn=[indicator] if gallery.had_any(indicator) else [],
            title=watch.title,
            note=note,
            when=wording.When(watch.zone, None),
        )

    def summary_message(self, some: Sequence[Story], why: str, watch: WatchList) -> Message:
        """Several stories that waited together, as one mail and one chat message."""
        links = mail_links(watch.site_url)
        when = wording.When(watch.zone, None)
        scope = lists_named(watch.scope, watch.terms)
        names = [one.title for one in watch.indicators if _hits_any(some, one.id)]
        about = wording.series([plain_line(shorten(name, 60)) for name in names[:3]])
        told = f"{wording.stories(len(some))} in one message"
        named = f"{told}: {about or watch.title}"
        return self._message(
            "mail_summary.html",
            subject=shorten(plain_line(named), wording.SUBJECT_LENGTH),
            text=summary_letter(some, watch.title, why, when, links, scope),
            short=summary_short(some, watch.title, why, links),
            gallery=Gallery(NO_PAST),
            title=watch.title,
            stories_told=some,
            links=links,
            when=when,
            why=why,
            scope=scope,
        )

    def _message(
        self, name: str, *, subject: str, text: str, short: str, gallery: Gallery, **values: Any
    ) -> Message:
        """
        A message in all its forms, its HTML by a template.

        The style is written into each element, as mail programs want it; the
        pictures are those that the template showed.
        """
        html = self._fill(name, subject=subject, gallery=gallery, **values)
        return Message(subject, text, self._inliner.inline(html), short, gallery.pictures)

    def _fill(self, name: str, **values: Any) -> str:
        return self._environment.get_template(name).render(**values)


_REASONS = {
    Reason.UPDATE: "Sent because it is an update",
    Reason.REPEAT: "Sent again because nobody has said that they saw it. It was told before",
}


def _hits_any(some: Sequence[Story], indicator: str) -> bool:
    return any(indicator in story.indicators for story in some)


def shown(value: object) -> object:
    """A value as a template writes it: text without what nobody can see."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def stored(content: str) -> Markup:
    """Content that ``digest_content`` wrote: the one text that a template shows as it is."""
    return Markup(content)  # noqa: S704 - our own HTML, escaped when it was written


def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        finalize=shown,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(_GLOBALS)
    environment.tests["from_right"] = leans_right
    return environment


_MARKED = re.compile(
    r"`([^`\n]+)`"
    r"|(\*{1,2})(?!\s)([^*\n]+)(?<!\s)\2"
    r"|\[([^\]\n]+)\]\([^()\n]*\)"
)  # fmt: skip
_CODE, _STRESS, _BARE = Markup("<code>{}</code>"), Markup("<em>{}</em>"), Markup("{}")


def inline(text: str) -> Markup:
    """
    A brief's text with its ``*stress*`` and its `` `code` `` set, and nothing else.

    Of a link only its words stay: it leads to a place in a file that is no page here.
    """
    out, at = Markup(), 0
    for found in _MARKED.finditer(text):
        code, _, stress, link = found.groups()
        frame = _CODE if code else _STRESS if stress else _BARE
        out += visible(text[at : found.start()]) + frame.format(visible(code or stress or link))
        at = found.end()
    return out + visible(text[at:])


def leans_right(text: str) -> bool:
    """Whether a text has letters that are written from right to left."""
    return re.search("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]", text) is not None


_FILTERS: Mapping[str, Any] = {
    "stored": stored,
    "weblink": web_link,
    "line": plain_line,
    "shorten": shorten,
    "in_words": wording.in_words,
    "series": wording.series,
    "stories": wording.stories,
    "day_words": wording.day_words,
    "short_day": wording.short_day,
    "long_day": wording.long_day,
    "full_day": wording.full_day,
    "duration": wording.duration,
    "ago": wording.ago,
    "clause": wording.clause,
    "spaced": wording.spaced,
    "as_title": wording.as_title,
    "sentence": wording.sentence,
    "by_level": by_level,
    "rate": wording.rate_words,
    "account": wording.account,
    "nothing_new": wording.nothing_new,
    "coverage_words": wording.coverage_words,
    "inline": inline,
    "utc": wording.utc,
    "span_words": wording.span_words,
}
_GLOBALS: Mapping[str, Any] = {
    "levels": tuple(str(level) for level in Level),
    "version": __version__,
    "charts": charts,
    "count": wording.count,
    "tell": tell,
    "indicators_of": indicators_of,
    "zone_name": zones.zone_name,
    "zone_words": zones.zone_words,
    "local_day": local_day,
    "not_covered": wording.not_covered,
    "is_dark": wording.is_dark,
    "feeds_answered": wording.feeds_answered,
    "matched": matched,
    "glosses": glosses,
    "came": wording.came,
    "told_by": wording.told_by,
    "credible": wording.credible,
    "why_there": wording.why_there,
    "CREDIBILITY_WORDS": wording.CREDIBILITY_WORDS,
    "still_heading": wording.still_heading,
    "still_words": wording.still_words,
    "grade_words": wording.GRADE_WORDS,
    "credibility_words": wording.CREDIBILITY_WORDS,
    "MONTHS": wording.MONTHS,
    "WEEKDAYS": wording.WEEKDAYS,
}
