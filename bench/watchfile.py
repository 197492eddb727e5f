"""A watch list on disk for benches: made-up indicators over the feeds of a news stand."""

from __future__ import annotations

from pathlib import Path

from bench.newsstand import Address
from bench.watchlists import queries


def write_watch(
    folder: Path, stand: Address, *, feeds: int, indicators: int, every: str = "15m"
) -> Path:
    """Write an ``indicators.yaml`` and say where; JSON's quotes serve as YAML's."""
    lines = [
        "title: Bench",
        "timezone: UTC",
        f"polling: {{every: {every}, allow: ['127.0.0.1:{stand.port}']}}",
        "feeds:",
        *(f'  - {{id: f{n}, url: "{stand.url(n)}"}}' for n in range(feeds)),
        "indicators:",
    ]
    for number, query in enumerate(queries(indicators, "specific")):
        lines += [
            f"  - id: i{number}",
            f"    title: Indicator {number}",
            f"    match: '{query.expression}'",
        ]
    path = folder / "indicators.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
