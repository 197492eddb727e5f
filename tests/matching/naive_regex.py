"""Regular expressions of a safe kind, written for the language and for Python's ``re``."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Plain:
    """Characters that stand for themselves."""

    text: str

    def ours(self) -> str:
        return re.escape(self.text).replace("/", r"\/")

    def python(self, *, caseless: bool) -> str:
        return "".join(either(char) if caseless else re.escape(char) for char in self.text)


def either(char: str) -> str:
    """A character in both cases, and in the third that some have."""
    forms = {char, char.lower(), char.upper(), char.swapcase()}
    forms |= {"s": {"ſ"}, "k": {"\u212a"}, "å": {"\u212b"}}.get(char.lower(), set())
    return "(?:" + "|".join(re.escape(form) for form in sorted(forms) if len(form) == 1) + ")"


# In the language digits, word characters and spaces are those of ASCII.
CLASSES = {
    r"\d": "[0-9]", r"\w": "[0-9A-Za-z_]", r"\s": r"[\t\n\f\r ]", r"\b": r"(?a:\b)", ".": r"[^\n]",
    r"[\d-]": "[0-9-]", r"\D": "[^0-9]", r"[^\s]": r"[^\t\n\f\r ]", "[a-z]": "[a-z]",
    "[а-яё]": "[а-яё]", r"\x{200c}": "\u200c",
}  # fmt: skip
CASELESS = {"[a-z]": "[a-zA-Z\u017f\u212a]", "[а-яё]": "[а-яёА-ЯЁ\u1c80-\u1c88]"}


@dataclass(frozen=True)
class Class:
    """One character of some kind, or a place between."""

    sign: str

    def ours(self) -> str:
        return self.sign

    def python(self, *, caseless: bool) -> str:
        plain = CLASSES[self.sign]
        return CASELESS.get(self.sign, plain) if caseless else plain


@dataclass(frozen=True)
class Often:
    """A thing some times over: ``?``, ``*``, ``+``, ``{1,3}``, greedy or not."""

    part: Plain | Class
    times: str

    def ours(self) -> str:
        return f"(?:{self.part.ours()}){self.times}"

    def python(self, *, caseless: bool) -> str:
        return f"(?:{self.part.python(caseless=caseless)}){self.times}"


@dataclass(frozen=True)
class OneOf:
    """One of several things."""

    parts: tuple[Plain, ...]

    def ours(self) -> str:
        return "(" + "|".join(part.ours() for part in self.parts) + ")"

    def python(self, *, caseless: bool) -> str:
        return "(" + "|".join(part.python(caseless=caseless) for part in self.parts) + ")"


@dataclass(frozen=True)
class Pattern:
    """A row of them; ``caseless`` puts ``(?i)`` before all, the anchors hold the ends."""

    parts: tuple[Plain | Class | Often | OneOf, ...]
    caseless: bool = False
    at_start: bool = False
    at_end: bool = False

    def ours(self) -> str:
        row = "".join(part.ours() for part in self.parts)
        return ("(?i)" if self.caseless else "") + "^" * self.at_start + row + "$" * self.at_end

    def python(self) -> str:
        row = "".join(part.python(caseless=self.caseless) for part in self.parts)
        return r"\A" * self.at_start + row + r"\Z" * self.at_end

    def found(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a text, one after the other."""
        whole = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
        return [found.span() for found in re.finditer(self.python(), whole)]
