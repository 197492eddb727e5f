"""Drawings as pictures for mail: the SVG of the pages made PNG, since mail programs drop SVG."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import resvg_py

from monitor.digest import charts
from monitor.digest.build import Digest
from monitor.digest.strokes import Usual
from monitor.messages import Picture
from monitor.model import Indicator


@dataclass(frozen=True, slots=True)
class Month:
    """
    What is drawn of an indicator: its stories a day, oldest first, up to the day a mail tells of.

    ``usual`` are the bands of the last of these days, ``level`` how it stands,
    in a word; both are empty where they are not known.
    """

    days: charts.Days
    usual: Usual = ()
    level: str = ""


Past = Mapping[str, Month]
"""What is drawn, by indicator."""

NO_PAST: Past = MappingProxyType({})
DRAWN = 12
"""How many indicators a digest mail draws: four rows of three."""

# Grey enough for paper and for a dark mail, which both show through.
STYLE = """
.ln { fill: none; stroke: #76838a; stroke-width: 2.2; stroke-linejoin: round; }
.axis { fill: none; stroke: #8b979b; }
.bk { fill: none; stroke: #76838a; }
.b, .x { fill: #76838a; }
.band { fill: #76838a; fill-opacity: 0.22; }
.out { stroke-width: 3.2; }
.high .out { stroke: #c8452a; }
.elevated .out { stroke: #b9760c; }
.silent .out { stroke: #8257d6; }
"""
SMALL, WIDE = 400, 720
"""Twice as wide as they are shown, in pixels: screens are finer than their points."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a mail's HTML names it, with its words for those who do not see it."""

    source: str
    words: str
    week: int
    total: int
    usual: tuple[int, int] | None = None


class Gallery:
    """The pictures of one mail; equal ones, as of two quiet indicators, are in it once."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._pictures: dict[str, Picture] = {}

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All that were shown, in order."""
        return tuple(self._pictures.values())

    def knows(self, indicator: Indicator) -> bool:
        """Whether there is a past of an indicator to be drawn, if only an empty one."""
        return indicator.id in self._past and bool(self._past[indicator.id].days)

    @property
    def has_bands(self) -> bool:
        """Whether what is usual is drawn anywhere."""
        return any(any(one.usual) for one in self._past.values())

    def had_any(self, indicator: Indicator) -> bool:
        """Whether an indicator had a story in the days that would be drawn."""
        return self.knows(indicator) and any(
            each for _, each in self._past[indicator.id].days[-charts.SHOWN :]
        )

    def spark(self, indicator: Indicator, *, wide: bool = False) -> Shown:
        """An indicator's last 30 days, as ``charts.spark`` draws them for the pages."""
        month = self._past[indicator.id]
        days, usual = month.days, month.usual
        # Its title would be lost with the rest of the text, and is written by a person.
        drawing = str(charts.spark(days, "", usual, month.level))
        picture = picture_of(drawing, WIDE if wide else SMALL)
        self._pictures.setdefault(picture.name, picture)
        return Shown(
            source=f"cid:{picture.name}",
            words=charts.spark_words(days, indicator.title, usual),
            week=charts.weekly(days)[-1],
            total=sum(each for _, each in days[-charts.SHOWN :]),
            usual=usual[-1] if usual else None,
        )


def drawn_of(digest: Digest, gallery: Gallery) -> list[Indicator]:
    """
    The indicators that a digest mail draws: ``DRAWN`` at most.

    Those with a story come first, as in the mail, then those that had one
    within the 30 days; one that had none is told in words below.
    """
    told = [beat.indicator for beat in digest.beats]
    still = [beat.indicator for beat in digest.still if gallery.had_any(beat.indicator)]
    return [one for one in (*told, *still) if gallery.knows(one)][:DRAWN]


def picture_of(svg: str, width: int) -> Picture:
    """
    A drawing as PNG, without ground, so that it stands on any.

    It holds no text, so no font is needed. Its name is made from what it
    shows: the same drawing is the same picture, whenever it is made.
    """
    whole = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    png = resvg_py.svg_to_bytes(
        svg_string=whole, style_sheet=STYLE, width=width, skip_system_fonts=True
    )
    return Picture(f"{hashlib.sha256(png).hexdigest()[:24]}@what-to-watch", png)
