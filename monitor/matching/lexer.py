"""The words and signs of an expression, each with its place; foreign ones refused with a hint."""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import Enum, auto
from typing import NamedTuple

from monitor.errors import ExpressionError

FIELD_NAMES = ("title", "lang", "feed", "group", "publisher", "grade", "tag", "author", "hit")


class Kind(Enum):
    """What a token of an expression is."""

    WORD = auto()
    PHRASE = auto()
    LIST = auto()
    REGEX = auto()
    FIELD = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    SENTENCE = auto()
    ATLEAST = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    END = auto()


class Token(NamedTuple):
    """One token: its meaning in ``text``, its place, and where ``text`` itself begins."""

    kind: Kind
    text: str
    at: int
    inside: int
    source: str


_TOKEN = re.compile(
    r"""
    \s*
    (?:
      (?P<phrase>"[^"]*"|“[^”“]*”|„[^“”„]*[“”]|«[^»]*»)
    | (?P<regex>/(?:[^/\\\n]|\\.)+/(?=[\s(),（），]|$))
    | (?P<list>\$(?!\d)[\w-]+)
    | (?P<open>[(（])
    | (?P<close>[)）])
    | (?P<comma>[,，])
    | (?P<word>(?:[^\s(),（），"“”„«»]|(?<=\d),(?=\d))+)
    | (?P<quote>["“”„«»])
    | (?P<end>$)
    )
    """,
    re.VERBOSE,
)
_RESERVED = ("AND", "OR", "NOT", "SENTENCE", "NEAR", "ONEAR", "NOTNEAR", "ATLEAST")
_FIELD = re.compile(r"([A-Za-z][A-Za-z_-]*):")
_OPERATOR = re.compile(r"(NEAR|ONEAR|NOTNEAR|ATLEAST)/(\d{1,9})$")
_FOREIGN = re.compile(
    r"(?i)(?:near|onear|notnear|atleast|w|pre|onw|adj|within|n|p|f|s|)(/?)(\d{1,9})|/(?:s|p)$"
)
_SIGNS = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR", "!": "NOT", "+": "AND", "-": "NOT"}
_FOREIGN_NEAR = {"pre": "ONEAR", "onw": "ONEAR", "onear": "ONEAR", "notnear": "NOTNEAR",
                 "atleast": "ATLEAST"}  # fmt: skip


def read_tokens(text: str) -> list[Token]:
    """All tokens of an expression, closed by one of kind END."""
    tokens: list[Token] = []
    at = 0
    while True:
        found = _TOKEN.match(text, at)
        kind = found and found.lastgroup
        # A word is all but the signs that have a group of their own, so nothing else is left.
        if found is None or kind == "end":
            break
        at = _add_word(tokens, found) if kind == "word" else _add(tokens, found)
    tokens.append(Token(Kind.END, "", len(text.rstrip()), len(text), "the end"))
    return tokens


def is_bare_words(text: str) -> bool:
    """Whether the text is nothing but words, without any sign or operator of the language."""
    try:
        tokens = read_tokens(text)
    except ExpressionError:
        return False
    return len(tokens) > 1 and all(token.kind in (Kind.WORD, Kind.END) for token in tokens)


def _add(tokens: list[Token], found: re.Match[str]) -> int:
    """Put what was found behind the others, and answer where reading goes on."""
    kind = str(found.lastgroup)
    at, source = found.start(kind), found[kind]
    match kind:
        case "phrase":
            if not source[1:-1].strip():
                raise ExpressionError("there is nothing between these quotes", at, "write a word")
            tokens.append(Token(Kind.PHRASE, source[1:-1], at, at + 1, source))
        case "regex":
            tokens.append(Token(Kind.REGEX, source[1:-1], at, at + 1, source))
        case "list":
            tokens.append(Token(Kind.LIST, source[1:], at, at + 1, source))
        case "quote":
            raise ExpressionError(
                "this quote is never closed", at, 'close it at the end of the phrase: "spare parts"'
            )
        case _:
            tokens.append(Token(Kind[kind.upper()], source, at, at, source))
    return found.end()


def _add_word(tokens: list[Token], found: re.Match[str]) -> int:
    """The same for a word, which may be an operator, or a field and something behind it."""
    at, source = found.start("word"), found["word"]
    if source.isalpha() and source not in _RESERVED:
        tokens.append(Token(Kind.WORD, source, at, at, source))
        return at + len(source)
    if source in _RESERVED[:4]:
        tokens.append(Token(Kind[source], source, at, at, source))
        return at + len(source)
    operator = _OPERATOR.match(source)
    if operator:
        kind = Kind.ATLEAST if operator[1] == "ATLEAST" else Kind.NEAR
        tokens.append(Token(kind, source, at, at, source))
        return at + len(source)
    field = _FIELD.match(source)
    if field:
        _check_field(field[1], source, at)
        tokens.append(Token(Kind.FIELD, field[1], at, at, field[0]))
        return at + field.end()
    _refuse_foreign(source, at, tokens)
    tokens.append(Token(Kind.WORD, source, at, at, source))
    return at + len(source)


def _check_field(name: str, source: str, at: int) -> None:
    if name in FIELD_NAMES:
        return
    near = get_close_matches(name.lower(), FIELD_NAMES, 1)
    if near:
        raise ExpressionError(f"there is no field {name}:", at, f"did you mean {near[0]}: ?")
    raise ExpressionError(
        f"there is no field {name}:",
        at,
        f'fields are {", ".join(FIELD_NAMES)}; a word with a colon in it needs quotes: "{source}"',
    )


def _refuse_foreign(source: str, at: int, tokens: list[Token]) -> None:
    """Refuse signs of other search languages, which would otherwise be silent words."""
    if source in _RESERVED:
        raise ExpressionError(f"{source} needs a number", at, f"write how many: {source}/10")
    foreign = _FOREIGN.fullmatch(source)
    if (
        foreign
        and not source.isdigit()
        and (foreign[1] or source.upper().startswith(("NEAR", "ADJ")))
    ):
        name = source.rstrip("0123456789").rstrip("/").lower()
        ours = _FOREIGN_NEAR.get(name, "NEAR")
        raise ExpressionError(
            f"there is no operator {source}", at, f"write it as {ours}/{foreign[2]}"
        )
    if foreign and not foreign[1] and source.startswith("/"):
        raise ExpressionError(
            f"there is no operator {source}", at, "write SENTENCE(a, b), or NEAR/50 for a paragraph"
        )
    if source.startswith("/"):
        raise ExpressionError(
            "this regular expression is never closed",
            at,
            r"close it with a slash: /Su-?3\d/; inside it a slash is written \/ and spaces \s",
        )
    if re.fullmatch(r"[A-Z]{2,}/\d+", source):
        raise ExpressionError(
            f"there is no operator {source}", at, "operators with a number: NEAR/10, ATLEAST/3( )"
        )
    if source in _SIGNS:
        raise ExpressionError(f"{source} is no operator", at, f"write {_SIGNS[source]} in capitals")
    if source[0] in "-+!" and (source[1:2].isalpha() or source[1:2] == "$"):
        word = "NOT " + source[1:] if source[0] in "-!" else "AND " + source[1:]
        raise ExpressionError(f"{source[0]} before a word means nothing here", at, f"write {word}")
    if source[0] == "~" or re.search(r"[~^][\d.]*$", source):
        hint = "for words near each other write a NEAR/5 b; for word forms write repair*"
        raise ExpressionError(f"{source} is of another search language", at, hint)
    if source[0] in "[]{}":
        raise ExpressionError(f"{source[0]} cannot stand here", at, "round brackets group: ( )")
    if source == "=":
        hint = 'inside the quotes it stands before each word: "=Iron =Dome"'
        raise ExpressionError("= stands before nothing", at, hint)
    if source == "$":
        raise ExpressionError("a list name is missing after $", at, "write $name")
