"""From decided alerts to drafts: where each goes, and what holds it. One line for each decision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.hold import MAY_BE_SENT, Hold, hold_of, over_budget, pointers, too_few
from monitor.alerts.route import Target, route, route_update
from monitor.digest.build import Report, Story, day_bounds, local_day
from monitor.feeds.search import speaking
from monitor.messages import Draft, Message, Mute, Pointer, Telling, Waiting
from monitor.model import Arrival, Feed, Hit, WatchList
from monitor.pipeline.edges import Books
from monitor.pipeline.past import past_of
from monitor.stories import Place, Shelved

TOLD_BEFORE = "an earlier alert on the same story went there"
Coming = tuple[Arrival, Alert, Feed]
"""What a poll brought, what was decided on it, and the feed that told it."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was sent and said before, as far as it bears on the alerts of one turn."""

    mutes: tuple[Mute, ...]
    told: Counter[str]
    """How many stories each indicator has alerted today; counted on as drafts are made."""
    now: datetime
    channels: dict[str, dict[str, Telling]] = field(default_factory=dict)
    """Which channels each story was told to; filled as it is asked, and as drafts are made."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """How the indicators stand."""


def drafts_of(
    alerts: Iterable[tuple[Arrival, Alert]],
    feed: Feed,
    watch: WatchList,
    books: Books,
    shelved: Shelved | None = None,
) -> list[Draft]:
    """The outbox's lines for the alerts of one poll."""
    coming = [(arrival, alert, feed) for arrival, alert in alerts]
    return [draft for drafts in drafts_of_all([coming], watch, books, shelved) for draft in drafts]


def drafts_of_all(
    polls: Sequence[Sequence[Coming]],
    watch: WatchList,
    books: Books,
    shelved: Shelved | None = None,
) -> list[list[Draft]]:
    """
    The outbox's lines for the alerts of polls that are stored together, poll by poll.

    ``shelved`` says which stories their items belong to. A story is alerted by the
    first of its items, and the others have a line that says so. An alert that no route takes
    has a line too: it says that nobody was told.
    """
    drafts: list[list[Draft]] = [[] for _ in polls]
    coming = [one for poll in polls for one in poll]
    if not any(alert.reason.is_sent for _, alert, _ in coming):
        return drafts
    turn = _Turn(watch, books, shelved or Shelved(), coming)
    numbered = [(number, one) for number, poll in enumerate(polls) for one in poll]
    for number, one in sorted(numbered, key=lambda pair: turn.order_of(pair[1])):
        if one[1].reason.is_sent:
            drafts[number] += turn.drafts(one)
    return drafts


def recall(watch: WatchList, books: Books) -> Memory:
    """What bears on alerts at this moment."""
    now = books.clock()
    told: Counter[str] = Counter()
    if any(one.budget is not None for one in watch.indicators):
        midnight, _ = day_bounds(local_day(now, watch.zone), watch.zone)
        told.update(books.outbox.told_since(midnight))
    mutes = tuple(books.mutes.in_force(now))
    return Memory(mutes, told, now, levels=books.levels(now))


class _Turn:
    """The alerts of one turn, decided one after the other."""

    def __init__(
        self, watch: WatchList, books: Books, shelved: Shelved, coming: Sequence[Coming]
    ) -> None:
        self.watch = watch
        self.books = books
        self.accounts = shelved.accounts
        self.memory = recall(watch, books)
        self._feeds = {feed.id: feed for feed in watch.feeds}
        self._places = {place.item: place for place in shelved.places}
        self._order = {place.item: number for number, place in enumerate(shelved.places)}
        self._came: dict[str, dict[str, Report]] = defaultdict(dict)
        for arrival, _, feed in coming:
            place = self._places.get(arrival.item.key)
            if place is not None:
                self._came[place.story][place.item] = self.report(arrival, feed, place)

    def order_of(self, one: Coming) -> int:
        """Where an alert stands: the first item of a story is before the others."""
        return self._order.get(one[1].item.key, -1)

    def report(self, arrival: Arrival, feed: Feed, place: Place | None) -> Report:
        voice = speaking(feed, arrival.item.source, self.watch.feeds)
        return Report(
            arrival.item,
            voice,
            arrival.seen,
            arrival.hits,
            backfill=arrival.backfill,
            reason=place.reason if place else "",
            is_update=place.is_update if place else False,
        )

    def drafts(self, one: Coming) -> list[Draft]:
        """The lines of one alert."""
        arrival, alert, feed = one
        alert = replace(alert, levels=self.memory.levels)
        place = self._places.get(alert.item.key)
        known = self._stored(alert.item.key, place)
        subject = place.story if place else known.id if known else alert.item.key
        told = self._told(subject, known)
        asking = route_update(replace(alert, reason=Reason.UPDATE), self.watch)
        if alert.reason is Reason.NEW and not (place and place.is_update):
            asking = []
        story = self._story(subject, known, self.report(arrival, feed, place))
        decision = _Decision(self, alert, story, dict(told), {one.channel for one in asking})
        found = [*decision.of_targets(), *decision.of_updates(asking)]
        if not found:
            return [_nowhere(alert, subject)]
        told.update(decision.tells)
        return found

    def _stored(self, key: str, place: Place | None) -> Story | None:
        """The story as it was before this turn, if it was."""
        if place is not None and place.story == key:
            return None
        return self.books.reading.story(self._feeds, place.story if place else key)

    def _told(self, subject: str, known: Story | None) -> dict[str, Telling]:
        if subject not in self.memory.channels:
            subjects = {subject, *(one.item.key for one in known.reports)} if known else set()
            told = self.books.outbox.told_of(subjects) if subjects else {}
            self.memory.channels[subject] = dict(told)
        return self.memory.channels[subject]

    def _story(self, subject: str, known: Story | None, own: Report) -> Story:
        """The story with all that came to it now."""
        reports = {one.item.key: one for one in known.reports} if known else {}
        reports |= {**self._came[subject], own.item.key: own}
        account = self.accounts.get(subject)
        story = known or Story(subject, ())
        return replace(
            story,
            id=subject,
            reports=tuple(sorted(reports.values(), key=lambda one: one.seen)),
            independent=account.independent if account else story.independent,
            corroborated=account.credibility if account else story.corroborated,
        )


def _led_by(story: Story, item: str) -> Story:
    """The story told by the item that caused an alert, rather than by its first."""
    reports = sorted(story.reports, key=lambda one: one.item.key != item)
    return replace(story, reports=tuple(reports), first=story.seen)


@dataclass
class _Decision:
    """One alert, channel by channel; ``tells`` are the channels that get it."""

    turn: _Turn
    alert: Alert
    story: Story
    told: Mapping[str, Telling]
    asking: set[str]
    tells: dict[str, Telling] = field(default_factory=dict)

    def of_targets(self) -> Iterator[Draft]:
        """The lines for the channels that hear of a story once."""
        is_edit = self.alert.reason is Reason.UPDATE
        targets = route(self.alert, self.turn.watch)
        budget = self._budget({one.channel for one in targets})
        for target in targets:
            before = self.told.get(target.channel)
            if before is None or before.waits:
                yield self._telling(target, self.alert, budget, before)
            elif target.channel in self.asking and is_edit:
                yield self._telling(target, self.alert, budget, None)
            elif target.channel not in self.asking:
                yield self._merged(target, before)

    def of_updates(self, targets: Iterable[Target]) -> Iterator[Draft]:
        """The lines for the channels that ask for updates, and are not told of the story now."""
        if self.alert.reason is Reason.UPDATE:
            return
        update = replace(self.alert, reason=Reason.UPDATE)
        left = [one for one in targets if one.channel not in self.tells]
        budget = self._budget({one.channel for one in left})
        for target in left:
            yield self._telling(target, update, budget, None)

    def _budget(self, channels: set[str]) -> Hold | None:
        memory, hits = self.turn.memory, pointers(self.alert.hits, self.alert.levels)
        budget = over_budget(hits, memory.told, self.turn.watch, memory.now)
        new = {one for one in channels if one not in self.told or self.told[one].waits}
        if new:
            memory.told.update({hit.indicator for hit in hits})
        return budget

    def _telling(
        self, target: Target, alert: Alert, budget: Hold | None, before: Telling | None
    ) -> Draft:
        """A line that tells the channel, unless too few publishers tell the story yet."""
        turn, hits = self.turn, pointers(alert.hits, alert.levels)
        few = too_few(self.story.independent, sources_needed(target, alert.hits, turn.watch))
        if few and before:
            return self._merged(target, before, few.note)
        key = key_of(alert, target.channel)
        story = _led_by(self.story, alert.item.key)
        self.tells[target.channel] = Telling(key, waits=few is not None)
        again = Hold(MAY_BE_SENT) if alert.may_be_told else None
        hold = few or again or hold_at(target, hits, budget, turn.watch, turn.memory)
        today = local_day(turn.memory.now, turn.watch.zone)
        past = past_of([hits[0].indicator], today, turn.books, turn.memory.levels)
        return Draft(
            key=key,
            kind="alert",
            subject=self.story.id,
            route=target.route,
            channel=target.channel,
            reason=str(alert.reason),
            message=turn.books.writer.alert_message(story, alert, turn.watch, past),
            held=hold.note if hold else "",
            until=hold.until if hold else None,
            hits=hits,
            replaces=(before.key,) if before else (),
        )

    def _merged(self, target: Target, before: Telling, why: str = TOLD_BEFORE) -> Draft:
        return Draft(
            key=key_of(self.alert, target.channel),
            kind="alert",
            subject=self.story.id,
            route=target.route,
            channel=target.channel,
            reason=str(self.alert.reason),
            message=Message(self.alert.item.title, ""),
            held=why,
            hits=pointers(self.alert.hits, self.alert.levels),
            state="merged",
            merged_into=before.key,
        )


def sources_needed(target: Target, hits: Iterable[Hit], watch: WatchList) -> int:
    """How many independent publishers the route asks for, and the indicators that were hit."""
    found = (watch.indicator(hit.indicator) for hit in hits)
    least = min((one.min_sources for one in found if one), default=1)
    return max(target.min_sources, least)


def hold_at(
    target: Target,
    hits: tuple[Pointer, ...],
    budget: Hold | None,
    watch: WatchList,
    memory: Memory,
) -> Hold | None:
    """What holds an alert for one channel at the moment at which it is decided."""
    waiting = Waiting(
        id=0,
        key="",
        channel=target.channel,
        note=budget.note if budget else "",
        until=budget.until if budget else None,
        hits=hits,
    )
    return hold_of(waiting, watch, memory.mutes, memory.now)


def key_of(alert: Alert, channel: str) -> str:
    """
    By what the outbox knows an alert again.

    The route is not in it: an edit of the routes must not tell a channel twice.
    """
    about = alert.item.key
    if alert.reason is Reason.UPDATE:
        about += "+" + "+".join(sorted(hit.indicator for hit in alert.hits))
    return f"alert|{alert.reason}|{about}|{channel}"


def _nowhere(alert: Alert, subject: str) -> Draft:
    return Draft(
        key=key_of(alert, ""),
        kind="alert",
        subject=subject,
        route="",
        channel="",
        reason=str(alert.reason),
        message=Message(alert.item.title, ""),
        hits=pointers(alert.hits),
        state="nowhere",
    )
