"""When is a feed asked again, and how is it? Rules of time only: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from monitor.feeds.habit import patience
from monitor.model import Feed, FeedState, Polling

# A feed that has been quiet for a while is asked after this share of its silence.
SILENCE_SHARE = 12
# So many new items in one poll, and the feed is asked twice as often.
BUSY = 10
# A document of fewer items shows the latest few and no stretch of time: that two
# of them share none says little.
SHORT = 5
# Beyond so many failures the pause has long reached its upper bound.
MAX_DOUBLINGS = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a poll came to, as far as the next one depends on it.

    ``new_items`` counts items not seen before among the ``shown`` ones of the
    document; ``since`` is the time since the answer before it, if there was
    one that brought items. ``max_age`` and ``retry_at`` are what the server
    asked for; ``gone`` says that the feed is no more (410).
    """

    answered: bool
    new_items: int = 0
    shown: int = 0
    since: timedelta | None = None
    max_age: timedelta | None = None
    retry_at: datetime | None = None
    gone: bool = False

    @property
    def lossy(self) -> bool:
        """
        Whether items may have come and gone between the last two polls.

        That is so where a document of some length shares no item with what was
        seen before: nothing shows that its oldest item followed on the newest
        one that we know.
        """
        return self.since is not None and self.new_items == self.shown >= SHORT


def next_poll(
    feed: Feed,
    polling: Polling,
    state: FeedState,
    outcome: Outcome,
    now: datetime,
    jitter: float = 0.0,
) -> datetime | None:
    """
    When to ask next, ``None`` for never.

    ``state`` is what we remember after this poll, which is its ``last_poll``
    and, if it failed, counts among its ``failures``.

    The pause is the feed's own ``every``, else one adapted to how it behaves.
    After a failure it is ``at_least``, since most troubles pass, and doubles
    with each further one. A Retry-After can only lengthen it, and so can a
    Cache-Control where no ``every`` was written for the feed. Whatever they
    say, it stays between ``at_least`` and ``at_most``. ``jitter`` from 0 to 1
    spreads repeated attempts by up to a tenth.
    """
    if outcome.gone:
        return None
    if not outcome.answered:
        again = max(state.failures - 1, 0)
        pause = _doubled(polling.at_least, again, polling.at_most) * (1 + jitter / 10)
    else:
        pause = interval(feed, polling, state, outcome, now)
    fresh = outcome.max_age if feed.every is None else None
    asked = max((outcome.retry_at or now) - now, fresh or timedelta(0), polling.at_least)
    pause = _within(max(pause, asked), polling)
    if not outcome.answered:
        return now + pause
    return min(in_step(feed.id, pause, asked, now), now + polling.at_most)


def interval(
    feed: Feed, polling: Polling, state: FeedState, outcome: Outcome, now: datetime
) -> timedelta:
    """
    The pause after a poll that went well.

    What a person wrote for the feed holds. Otherwise many new items halve the
    usual pause, and where they are most of the document or all of it, it
    becomes so short that half of the next one should be new: beyond, items are
    lost. A long silence stretches it, in proportion to the silence, so that a
    feed of one item a week is not asked seven hundred times for it.
    """
    if feed.every is not None:
        return _within(feed.every, polling)
    if not outcome.new_items:
        silence = now - (state.last_new or state.first_poll or now)
        return _within(max(polling.every, silence / SILENCE_SHARE), polling)
    if outcome.since is None:
        return _within(polling.every, polling)
    pause = polling.every
    if outcome.new_items >= BUSY or outcome.lossy:
        pause = polling.every / 2
    if outcome.new_items * 2 > outcome.shown >= SHORT:
        pause = min(pause, outcome.since * (outcome.shown / outcome.new_items / 2))
    return _within(pause, polling)


def in_step(feed_id: str, pause: timedelta, floor: timedelta, now: datetime) -> datetime:
    """
    The feed's own moment in a beat of ``pause``, about one pause from now.

    Feeds that were started together would be asked together for ever. Each
    feed's id gives it a place in the beat; the first wait is anything from
    half a pause (never less than ``floor``) to one and a half, every later one
    a whole pause. A floor close to the pause leaves no room for that.
    """
    if floor > pause * 0.9:
        return now + pause
    soonest = now + max(pause / 2, floor)
    offset = pause * (int.from_bytes(blake2b(feed_id.encode(), digest_size=4).digest()) / 2**32)
    behind = (soonest - EPOCH - offset) % pause
    return soonest + (pause - behind if behind else timedelta(0))


def _doubled(pause: timedelta, times: int, most: timedelta) -> timedelta:
    return min(pause * (1 << min(times, MAX_DOUBLINGS)), most)


def _within(pause: timedelta, polling: Polling) -> timedelta:
    return max(min(pause, polling.at_most), polling.at_least)


def conditions(state: FeedState | None, now: datetime) -> tuple[str | None, str | None]:
    """
    The ETag and Last-Modified to ask with.

    None while the feed is failing: "nothing changed" would leave us with the
    document that we could not read, so no such answer can end a failure. None
    either where the feed is stale: a server that says so for ever may be wrong.
    """
    if state is None or health(state, now) in ("failing", "gone", "stale"):
        return None, None
    return state.etag, state.last_modified


def health(state: FeedState | None, now: datetime) -> str:
    """
    How a feed is: ok, empty, stale, failing, gone, or never polled.

    Empty has answered but never brought an item; stale answers, but has been
    silent for longer than is its habit. One poll without an answer is failing:
    better told than waited for.
    """
    if state is None or state.last_poll is None:
        return "never polled"
    if state.gone:
        return "gone"
    if state.failures:
        return "failing"
    if state.last_new is None:
        return "empty"
    # A feed is not silent while we are not listening.
    heard = min(now, state.last_answer or now)
    return "stale" if heard - state.last_new > patience(state) else "ok"
