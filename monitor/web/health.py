"""For machines that watch the watch: does it live, is it ready, and its figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from monitor import __version__
from monitor.app import App
from monitor.digest.wording import utc
from monitor.errors import StoreAwayError
from monitor.housekeeping import shelf_of

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


class Health:
    """Three addresses; none of them changes anything."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, request: Request) -> Response:
        """
        That the process lives, and how many messages it has.

        A database that is damaged or does not answer is no reason to start the process
        again and again: it lives, and says so.
        """
        status, counts = "ok", {}
        if self._app.store.database.condition.broken is not None:
            status = "damaged"
        else:
            try:
                counts = await run_in_threadpool(self._app.store.outbox.counts)
            except StoreAwayError:
                status = "waiting"
        return JSONResponse({"status": status, "version": __version__, "outbox": counts})

    async def readyz(self, request: Request) -> Response:
        """Whether it does its work: 503 as long as it is in trouble or no cycle was whole."""
        standing = await run_in_threadpool(self._app.standing)
        ready = standing.is_ready
        return JSONResponse(
            {
                "status": "ready" if ready else "not ready",
                "troubles": {one.kind: one.words for one in standing.troubles},
                "last_whole_cycle": _utc(standing.last_cycle),
                "oldest_waiting": _utc(standing.oldest_waiting),
                "free_bytes": standing.free_bytes,
            },
            200 if ready else 503,
        )

    async def metrics(self, request: Request) -> Response:
        """The figures, in the text format of Prometheus."""
        text = await run_in_threadpool(lambda: "".join(write(self._figures())))
        return PlainTextResponse(text, media_type=PROMETHEUS)

    def _figures(self) -> Iterator[tuple[str, str, str, list[Sample]]]:
        store, now = self._app.store, self._app.clock()
        standing = self._app.standing()
        counts = store.records.counts()
        yield "monitor_info", "gauge", "Which version runs.", [({"version": __version__}, 1)]
        yield "monitor_ready", "gauge", "1 if ready.", [({}, float(standing.is_ready))]
        troubles = {one.kind for one in standing.troubles}
        yield (
            "monitor_trouble",
            "gauge",
            "1 for each trouble that lasts.",
            [({"kind": kind}, float(kind in troubles)) for kind in standing.kinds],
        )
        if standing.last_cycle is not None:
            age = (now - standing.last_cycle).total_seconds()
            yield "monitor_cycle_age_seconds", "gauge", "Since a cycle was whole.", [({}, age)]
        oldest = standing.oldest_waiting
        waits = (now - oldest).total_seconds() if oldest else 0.0
        yield "monitor_outbox_age_seconds", "gauge", "Age of what waits longest.", [({}, waits)]
        yield "monitor_disk_free_bytes", "gauge", "Free space.", [({}, standing.free_bytes)]
        backed_up = shelf_of(self._app.settings).last(now)
        if backed_up is not None:
            age = (now - backed_up).total_seconds()
            yield "monitor_backup_age_seconds", "gauge", "Since the last backup.", [({}, age)]
        yield "monitor_feeds", "gauge", "Feeds of the list.", [({}, standing.feeds)]
        yield "monitor_feeds_failing", "gauge", "Feeds that fail.", [({}, standing.failing)]
        yield (
            "monitor_stored_rows",
            "gauge",
            "What is stored.",
            [({"kind": kind}, number) for kind, number in counts.items()],
        )
        yield (
            "monitor_messages",
            "gauge",
            "Lines of the ledger.",
            [
                ({"channel": channel, "state": state}, number)
                for (channel, state), number in sorted(store.ledger.counts().items())
            ],
        )
        yield (
            "monitor_channel_failures",
            "gauge",
            "Failures in a row of channels that do not answer.",
            [({"channel": one.channel}, one.failures) for one in store.queues.all().values()],
        )


def write(figures: Iterable[tuple[str, str, str, list[Sample]]]) -> Iterator[str]:
    """Figures in the text format of Prometheus, version 0.0.4."""
    for name, kind, told, samples in figures:
        yield f"# HELP {name} {told}\n# TYPE {name} {kind}\n"
        for labels, value in samples:
            inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{inner}}} {value:g}\n" if inner else f"{name} {value:.15g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _utc(instant: datetime | None) -> str | None:
    return None if instant is None else utc(instant)
