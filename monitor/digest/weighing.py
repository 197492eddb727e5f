"""What the stories of a digest say for and against each hypothesis."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.digest.build import Digest
from monitor.levels.hypotheses import Column, Evidence, Matrix, matrix


def weighed(digest: Digest) -> Matrix | None:
    """
    What the digest's own stories say of each hypothesis, or nothing if none speaks of any.

    They are weighted as on the board, by grade and corroboration; the board adds up 90 days, a
    digest its own span alone.
    """
    indicators = [beat.indicator for beat in digest.beats]
    found = matrix(indicators, digest.hypotheses, _evidence(digest), digest.start, digest.end)
    return found if any(map(is_spoken_of, found.columns)) else None


def is_spoken_of(column: Column) -> bool:
    """Whether any story speaks of a hypothesis."""
    return not column.whole.is_empty


def _evidence(digest: Digest) -> Iterator[Evidence]:
    for story in digest.stories:
        hits = [hit for report in story.reports for hit in report.hits]
        for indicator in story.indicators:
            signals = [one for hit in hits if hit.indicator == indicator for one in hit.signals]
            yield Evidence(
                story.id,
                indicator,
                tuple(dict.fromkeys(signals)),
                story.seen,
                story.grade,
                story.independent,
            )
