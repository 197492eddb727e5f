"""
A model check: every state that two senders and three crashes can bring one message to.

The steps are those of the real outbox on a real database. A state is the
message's row and what each sender is doing; from each the search takes every
possible next step, so that all interleavings are covered and none twice.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select, update

from monitor.errors import DeliveryError
from monitor.store.database import table_of
from monitor.store.outbox import LEASE
from monitor.store.tables import DeliveryRow, QueueRow
from tests.make import NOON, a_draft

TABLE, QUEUE = table_of(DeliveryRow), table_of(QueueRow)
UNSAFE = "PRAGMA synchronous = off"
CRASHES = {"sqlite": 3, "postgresql": 1}
"""A step takes several times as long on a server, and means the same there."""
FAILURES = {"sqlite": 2, "postgresql": 1}
LATER = NOON + timedelta(hours=2)


@dataclass(frozen=True)
class Sender:
    """What a sender is doing: nothing, holding a claim, or having handed the message over."""

    doing: str = "idle"
    life: int = 0
    told_repeat: bool = False


@dataclass(frozen=True)
class State:
    """
    All that matters of the past.

    ``excused`` counts what may have caused a second hand-over: a crash between
    hand-over and record, or an answer that was lost.
    """

    row: tuple[Any, ...]
    senders: tuple[Sender, Sender] = (Sender(), Sender())
    crashes: int = 0
    failures: int = 0
    sent: int = 0
    excused: int = 0


class Search:
    """Takes steps with the real outbox: the row is put in, the step made, the row read."""

    def __init__(self, store):
        self.kind = store.database.engine.dialect.name
        # A power cut is not among the crashes here, so nothing needs to wait for the disk.
        if store.database.is_sqlite:
            event.listen(store.database.engine, "connect", lambda raw, _: raw.execute(UNSAFE))
            store.database.engine.dispose()
        self.outbox = store.outbox
        self.database = store.database
        store.outbox.put([a_draft()], NOON)
        self.fields = [one for one in TABLE.c if one.name not in ("id", "created")]
        self.number = store.outbox.due(NOON)[0].id

    def read(self) -> tuple[Any, ...]:
        with self.database.reading() as connection:
            row = connection.execute(select(*self.fields)).one()
        return tuple(tuple(one) if isinstance(one, list) else one for one in row)

    def write(self, row: tuple[Any, ...]) -> None:
        values = {
            one.name: list(value) if isinstance(value, tuple) else value
            for one, value in zip(self.fields, row, strict=True)
        }
        with self.database.writing() as connection:
            connection.execute(update(TABLE).values(**values))
            connection.execute(QUEUE.delete())

    def owner(self, state: State, me: int) -> str:
        return f"{'ab'[me]}{state.senders[me].life}"

    def steps(self, state: State):
        """Every state that can follow."""
        for me in (0, 1):
            sender = state.senders[me]
            if sender.doing == "idle":
                yield from self.claim(state, me)
                yield from self.reclaim(state, me)
            if sender.doing == "claimed":
                yield self.hand_over(state, me)
                if state.failures < FAILURES[self.kind]:
                    yield self.fail(state, me, uncertain=False)
                    yield self.fail(state, me, uncertain=True)
            if sender.doing == "sent":
                yield self.record(state, me)
            if state.crashes < CRASHES[self.kind] and sender.doing != "idle":
                yield self.crash(state, me)

    def claim(self, state, me):
        self.write(state.row)
        claimed = self.outbox.claim(self.number, self.owner(state, me), LATER)
        if claimed is not None:
            # Nobody else alive holds it at the same time.
            assert all(other.doing == "idle" for other in state.senders)
            # Whatever may have got through is told as a repeat.
            assert claimed.interrupted or not state.sent
            yield self.after(state, me, doing="claimed", told_repeat=claimed.interrupted)

    def reclaim(self, state, me):
        """Take back what the dead had claimed, as a start does, or as the lease's end does."""
        alive = {self.owner(state, one) for one in (0, 1) if state.senders[one].doing != "idle"}
        self.write(state.row)
        dead = set(self.outbox.owners()) - alive
        if dead:
            self.outbox.reclaim(dead, LATER)
            yield self.after(state, me)

    def hand_over(self, state, me):
        self.write(state.row)
        return replace(self.after(state, me, doing="sent"), sent=state.sent + 1)

    def fail(self, state, me, *, uncertain):
        """The channel does not take it, or takes it and its answer is lost."""
        self.write(state.row)
        error = DeliveryError("desk", "no answer", uncertain=uncertain)
        owner = self.owner(state, me)
        assert self.outbox.record_failed(self.number, owner, error, LATER, LATER)
        after = self.after(state, me, doing="idle")
        return replace(
            after,
            failures=state.failures + 1,
            sent=state.sent + uncertain,
            excused=state.excused + uncertain,
        )

    def record(self, state, me):
        self.write(state.row)
        assert self.outbox.record_sent(self.number, self.owner(state, me), LATER)
        return self.after(state, me, doing="idle")

    def crash(self, state, me):
        self.write(state.row)
        sender = state.senders[me]
        after = self.after(state, me, doing="idle", life=sender.life + 1)
        gap = sender.doing == "sent"
        return replace(after, crashes=state.crashes + 1, excused=state.excused + gap)

    def after(self, state, me, **changes):
        senders = list(state.senders)
        senders[me] = replace(senders[me], **changes)
        return replace(state, row=self.read(), senders=tuple(senders))

    def ends_well(self, state):
        """However it came here: a third sender who lives brings it to its end, and once only."""
        alive = [one for one in (0, 1) if state.senders[one].doing != "idle"]
        if alive:
            return
        self.write(state.row)
        claimed = self.outbox.claim(self.number, "third", LATER + LEASE)
        sent = state.sent
        if claimed is not None:
            assert claimed.interrupted or not sent
            sent += 1
            assert self.outbox.record_sent(self.number, "third", LATER + LEASE)
        assert 1 <= sent <= 1 + state.excused
        assert self.outbox.claim(self.number, "third", LATER + 10 * LEASE) is None
        (line,) = self.outbox.latest(5)
        assert line.state == "sent"


def test_no_interleaving_of_two_senders_and_three_crashes_loses_or_doubles(store):
    search = Search(store)
    first = State(search.read())
    seen, waiting = {first}, deque([first])
    while waiting:
        state = waiting.popleft()
        assert state.sent <= 1 + state.excused
        search.ends_well(state)
        for following in search.steps(state):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    # A search that stops early proves nothing.
    assert len(seen) > (500 if search.kind == "sqlite" else 50)
    assert max(state.crashes for state in seen) == CRASHES[search.kind]
    assert {state.row[search.fields.index(TABLE.c.state)] for state in seen} == {
        "pending",
        "sending",
        "sent",
    }
