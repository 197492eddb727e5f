"""
A round over many feeds: ``monitor once`` beside other readers, on one news stand.

``python -m bench.once`` times three rounds of each contender: cold, when
nothing has changed, and with one new entry in each feed. Every answer comes
50 ms late. Each contender runs as a command of its own, start-up and all, with
the limits and checks that it has by default; ours matches 1,000 indicators.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.newsstand import open_stand
from bench.rounds import CONTENDERS, Contender, Cost, Monitor
from bench.tables import load_line, table

ROUNDS = ("cold", "unchanged", "one new each")
GOALS = {"cold": 6.0, "unchanged": 8.0, "one new each": 15.0}
Costs = dict[str, Cost]


def measured(kind: type[Contender], feeds: int, latency: float) -> Costs:
    """What each round costs a contender, on a news stand of its own."""
    with tempfile.TemporaryDirectory() as folder, open_stand(feeds, latency) as stand:
        contender = kind(Path(folder) / "own", stand, feeds)
        costs: Costs = {}
        for edition, name in ((0, "cold"), (0, "unchanged"), (1, "one new each")):
            stand.publish(edition)
            asked = sum(stand.answers().values())
            costs[name] = contender.round()
            missed = feeds - (sum(stand.answers().values()) - asked)
            if missed > 0:
                raise RuntimeError(f"{kind.name} did not ask {missed} of {feeds} feeds ({name})")
        return costs


def lines(found: dict[str, Costs]) -> list[str]:
    """The table, and how many times our speed is that of reader at its best."""
    rows = [
        [name, *(f"{costs[one].seconds:.1f} s ({costs[one].cpu:.1f})" for one in ROUNDS)]
        for name, costs in found.items()
    ]
    told = table(["contender", *(f"{one}, seconds (computing)" for one in ROUNDS)], rows)
    readers = [costs for name, costs in found.items() if name.startswith("reader")]
    ours = found.get(Monitor.name)
    if ours is None or not readers:
        return told
    for one in ROUNDS:
        best = min(costs[one].seconds for costs in readers)
        ratio = best / ours[one].seconds
        told.append(f"{one}: {ratio:.1f} times reader at its best (goal {GOALS[one]:g})")
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a contender failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    parser.add_argument("--only", nargs="*", help="contenders whose name begins so")
    options = parser.parse_args(arguments)
    wanted = tuple(options.only or ("",))
    print(load_line(), f"{options.feeds} feeds, answers after {options.latency * 1000:g} ms")
    found: dict[str, Costs] = {}
    failed = False
    for kind in CONTENDERS:
        if not kind.name.startswith(wanted):
            continue
        if not kind.installed():
            print(f"left out: {kind.name} is not installed", file=sys.stderr)
            continue
        try:
            found[kind.name] = measured(kind, options.feeds, options.latency)
        except (subprocess.SubprocessError, RuntimeError) as error:
            failed = True
            why = getattr(error, "stderr", b"") or b""
            print(f"{kind.name} failed: {error} {why.decode()[-500:]}", file=sys.stderr)
    print("\n".join(lines(found)))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
