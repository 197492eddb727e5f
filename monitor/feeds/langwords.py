"""Which words of a list are of which language, and how a word with a star is written in full."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

SCRIPTS: Mapping[str, str] = {
    "ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "bg": "cyrillic", "sr": "cyrillic",
    "fa": "arabic", "ar": "arabic", "ur": "arabic", "zh": "han", "ja": "japanese",
    "ko": "hangul", "he": "hebrew", "el": "greek",
}  # fmt: skip
"""The script of each language that is not written in Latin letters."""

_LETTERS = (
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")),
    ("japanese", re.compile("[\u3040-\u30ff]")),
    ("han", re.compile("[\u3400-\u9fff]")),
    ("hangul", re.compile("[\uac00-\ud7af]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
    ("greek", re.compile("[\u0370-\u03ff]")),
)

# Letters, endings and small words by which a word shows its language; many show none.
_MARKS = {
    "en": re.compile(
        r"(?:ing|ed|tions?|ments?|ness|ers?|ors?|ships?|ly|ys?|ty|ies|ous|ful|ive|ck|sh|th|ght"
        r"|[bcdfghjklmnpqrstvxz]s)$"
        r"|[kw]|ee|oo|ph|^(?:of|the|and|in|to|out|up|on|off|for|by)$"
    ),
    "es": re.compile(
        r"[ñ¿¡]|[áéíóú]|(?:ci[oó]n|ciones|dad(?:es)?|mientos?|ajes?|ntes?|eros?|eras?|bles?)$"
        r"|^(?:el|la|los|las|del|de|y|con|por|para|al|en)$"
    ),
    "pt": re.compile(
        r"[ãõçâêôàáéíóú]|(?:ção|ções|dades?|mentos?|agem|agens|ntes?|eiros?|eiras?)$|[nl]h"
        r"|^(?:os?|as?|da|do|das|dos|de|em|no|na|com|para|e)$"
    ),
}
_SURE = {"es": re.compile("[ñ¿¡]"), "pt": re.compile("[ãõçâêô]")}
_SMALL = {
    "en": frozenset("the of and in to for with on by is are at from".split()),  # noqa: SIM905
    "es": frozenset("el la los las del y con en un una por que para se".split()),  # noqa: SIM905
    "pt": frozenset("o os as do da dos das e com em um uma no na para".split()),  # noqa: SIM905
}
_ROMANCE = re.compile(r"[^\W\d_]{3,}[oa]s?$")
_ENGLISH_TOO = frozenset(
    """area cargo data drama embargo era extra formula idea junta mafia media memo panda photo
    propaganda quota radio veto video visa""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W\d_]+")


def script_of(text: str) -> str:
    """The script that a text is written in; Latin where it shows no other."""
    return next((name for name, letters in _LETTERS if letters.search(text)), "latin")


@lru_cache(maxsize=65536)
def fits(entry: str, lang: str) -> bool:
    """
    Whether an entry may be of a language.

    Scripts tell most. Among languages of Latin letters a word is left out
    where its letters or its ending show another one; a name, or a word that
    shows nothing, may stand in each.
    """
    wanted, script = SCRIPTS.get(lang, "latin"), script_of(entry)
    if script != wanted:
        return wanted == "japanese" and script == "han"
    if script != "latin" or lang not in _MARKS:
        return True
    return all(lang in shown for word in _WORD.findall(entry) if (shown := _shown(word)))


def is_name(entry: str) -> bool:
    """Whether an entry is written with a capital, or has letters and digits joined."""
    plain = entry.lstrip("=")
    return plain[:1].isupper() or any(char.isdigit() for char in plain)


def _shown(word: str) -> set[str]:
    """The languages that a word shows itself to be of; none if it could be of any."""
    plain = word.lower()
    if word[:1].isupper():
        return {"es", "pt"} if re.search("[ñãõçáéíóúâêô]", plain) else set()
    if sure := next((lang for lang, letters in _SURE.items() if letters.search(plain)), None):
        return {sure}
    shown = {lang for lang, marks in _MARKS.items() if marks.search(plain)}
    if _ROMANCE.search(plain) and plain not in _ENGLISH_TOO:
        shown |= {"es", "pt"}
        shown.discard("en")
    return shown


class Vocabulary:
    """
    The words that a watch list itself uses, to write starred ones in full.

    Engines know no ``*``. The commonest word of the file that begins so stands
    for the beginning, the shortest of several. Where there is none, an English
    beginning or a name is taken as it is, since most are words (``repair*``,
    ``Sukhoi*``); in another language nothing is, since it seldom is one.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        self._spoken: dict[str, set[str]] = {}
        for text in texts:
            words = _WORD.findall(text)
            counts.update(words)
            lang = _speech(words)
            for word in words if lang else ():
                self._spoken.setdefault(word.lower(), set()).add(lang)
        self._known: dict[tuple[str, str], str | None] = {}
        self._begun: dict[str, list[str]] = {}
        for known in sorted(counts, key=lambda word: (-counts[word], len(word), word)):
            self._begun.setdefault(known[:2].lower(), []).append(known)

    def written(self, entry: str, lang: str) -> str | None:
        """An entry without its signs; nothing if one of its words cannot be written in full."""
        words = [self._known_or_whole(word, lang) for word in entry.split()]
        known = [word for word in words if word is not None]
        return " ".join(known) if len(known) == len(words) else None

    def _known_or_whole(self, word: str, lang: str) -> str | None:
        if (word, lang) not in self._known:
            self._known[word, lang] = self._whole(word, lang)
        return self._known[word, lang]

    def _whole(self, word: str, lang: str) -> str | None:
        plain = word.lstrip("=")
        if not plain.endswith("*"):
            return plain if self._may_be(plain, lang) else None
        stem = plain.rstrip("*")
        if script_of(stem) in ("han", "japanese"):
            return stem
        begun = stem.lower()
        for known in self._begun.get(begun[:2], ()):
            if known.lower().startswith(begun) and fits(known, lang):
                if self._may_be(known, lang):
                    return known if stem[:1].isupper() else known.lower()
                if lang == "en" and not stem[:1].isupper():
                    return None
        return stem if lang == "en" or stem[:1].isupper() else None

    def _may_be(self, word: str, lang: str) -> bool:
        """Whether the file's own sentences use a word in a language, or not at all."""
        spoken = self._spoken.get(word.lower())
        return spoken is None or lang in spoken or lang not in _SMALL or word[:1].isupper()


def _speech(words: Sequence[str]) -> str:
    """The language of a sentence of Latin letters, by its small words; empty if they do not say."""
    counts = {lang: sum(word.lower() in small for word in words) for lang, small in _SMALL.items()}
    best = max(counts, key=lambda lang: counts[lang])
    others = [count for lang, count in counts.items() if lang != best]
    return best if counts[best] > max(others) else ""
