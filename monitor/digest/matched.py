"""The words that did the matching, few and each list once: why a story is here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from monitor.digest.build import Report, Story
from monitor.digest.passages import is_foreign, language_of
from monitor.digest.plain import plain_line
from monitor.digest.wording import spaced

WORDS_IN_ALERT = 5
WORDS_UNDER_STORY = 6


@dataclass(frozen=True, slots=True)
class Word:
    """
    A word of an item that did the matching.

    ``says`` is the name of its list in words (``iran tech``), empty where the
    rule names the word itself or the word says as much; ``lang`` the item's language.
    """

    text: str
    says: str = ""
    lang: str | None = None

    def __str__(self) -> str:
        return f"{self.text} = {self.says}" if self.says else self.text


def matched(
    story: Story, most: int = WORDS_IN_ALERT, aside: Collection[str] = ()
) -> tuple[list[Word], int]:
    """
    At most ``most`` distinct words of a story, one a list, and how many words are left out.

    The words of the lists ``aside`` come last: those of the scope say where
    an event belongs, the others what it is.
    """
    found = [
        (mark.list, plain_line(mark.text), language_of(report))
        for report in story.reports
        for hit in report.hits
        for mark in hit.marks
    ]
    found.sort(key=lambda one: one[0] in aside)
    words: dict[str, Word] = {}
    lists: set[str] = set()
    for name, text, lang in found:
        if text.lower() in words or (name in lists):
            continue
        words[text.lower()] = Word(text, _says(text, name), lang)
        lists |= {name} if name else set()
    shown = list(words.values())[:most]
    distinct = {text.lower() for _, text, _ in found}
    return shown, len(distinct) - len(shown)


def matched_words(story: Story, aside: Collection[str] = ()) -> str:
    """``Sukhois = su30, repair = overhaul, +6 more``; nothing where no word did it."""
    words, more = matched(story, WORDS_IN_ALERT, aside)
    return ", ".join([*map(str, words), *([f"+{more} more"] if more else [])])


def glosses(report: Report, aside: Collection[str] = ()) -> list[Word]:
    """
    What the words that matched stand for, where the item is not in English.

    Each list once, six at most. They stand under the story, so that its own
    text stays as it was written.
    """
    if not is_foreign(language_of(report)):
        return []
    words, _ = matched(Story(report.item.key, (report,)), 1000, aside)
    return [word for word in words if word.says][:WORDS_UNDER_STORY]


def _says(words: str, name: str | None) -> str:
    """The list's name in words; nothing where the words are that name: ``Su-30``, ``su30``."""
    if name is None or _bare(words) == _bare(name):
        return ""
    (said,) = spaced([name])
    return said


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())
