"""When is a feed asked again, and how is it? Rules of time only: values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from monitor.model import Feed, FeedState, Polling

# A feed that has been quiet for a while is asked after this share of its silence.
PATIENCE = 12
# So many new items in one poll, and the feed is asked twice as often.
BUSY = 10
# Beyond so many failures the pause has long reached its upper bound.
MAX_DOUBLINGS = 16
STALE_AFTER = timedelta(days=7)
STALE_GAPS = 10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a poll came to, as far as the next one depends on it.

    ``new_items`` counts items not seen before; ``max_age`` and ``retry_at`` are
    what the server asked for; ``gone`` says that the feed is no more (410).
    """

    answered: bool
    new_items: int = 0
    max_age: timedelta | None = None
    retry_at: datetime | None = None
    gone: bool = False


def is_due(state: FeedState | None, now: datetime) -> bool:
    """
    Whether the feed should be asked now.

    A feed that was never polled is; one that is gone never is. A last poll in
    the future means that the clock was wrong then, and cannot be waited for.
    """
    if state is None or state.last_poll is None:
        return True
    if state.gone:
        return False
    if state.next_poll is None or state.last_poll > now:
        return True
    return state.next_poll <= now


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
    usual pause, and a long silence stretches it, in proportion to the silence,
    so that a feed of one item a week is not asked seven hundred times for it.
    """
    if feed.every is not None:
        return _within(feed.every, polling)
    if outcome.new_items >= BUSY and state.first_poll is not None and state.first_poll < now:
        return _within(polling.every / 2, polling)
    since = now if outcome.new_items else state.last_new or state.first_poll or now
    silence = now - since
    return _within(max(polling.every, silence / PATIENCE), polling)


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


def conditions(state: FeedState | None) -> tuple[str | None, str | None]:
    """
    The ETag and Last-Modified to ask with.

    None while the feed is failing: "nothing changed" would leave us with the
    document that we could not read.
    """
    if state is None or state.failures:
        return None, None
    return state.etag, state.last_modified


def health(
    state: FeedState | None,
    polling: Polling,
    now: datetime,
    usual_gap: timedelta | None = None,
) -> str:
    """
    How a feed is: ok, empty, stale, failing, gone, or never polled.

    Empty has answered but never brought an item; stale answers, but has been
    silent for a week, or for ten times its ``usual_gap`` between new items if
    that is known and longer. One poll without an answer is failing: better
    told than waited for.
    """
    if state is None or state.last_poll is None:
        return "never polled"
    if state.gone:
        return "gone"
    if state.failures:
        return "failing"
    if state.last_new is None:
        return "empty"
    habit = max(STALE_AFTER, (usual_gap or timedelta(0)) * STALE_GAPS)
    # A feed is not silent while we are not listening.
    heard = min(now, state.last_answer or now)
    return "stale" if heard - state.last_new > habit else "ok"
