"""The text of an expression or of an entry -> its tree, or why it is refused."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.errors import ExpressionError
from monitor.matching.lexer import Kind, Token, is_bare_words, read_tokens
from monitor.matching.phrase import read_phrase
from monitor.matching.syntax import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Expression,
    HitOf,
    InTitle,
    ListName,
    Near,
    Phrase,
    Regex,
    Sentence,
)

DEEPEST = 60
FURTHEST = 10_000


def read_expression(text: str, *, quoted: bool = False) -> Expression:
    """
    The tree of an expression.

    ``quoted`` says that YAML had the text in quotes: nothing but bare words is
    then the phrase that they form. Raises ExpressionError at the first thing
    that cannot be read.
    """
    if quoted and is_bare_words(text):
        start = len(text) - len(text.lstrip())
        return Phrase(start, text.strip(), read_phrase(text.strip(), start))
    return _Reader(read_tokens(text)).whole()


def read_entry(text: str) -> Phrase | ListName:
    """
    An entry of ``terms``, ``any``, ``all`` or ``none``: a phrase, or one ``$list``.

    Raises ExpressionError where it is neither.
    """
    start = len(text) - len(text.lstrip())
    entry = text.strip()
    if not entry:
        raise ExpressionError("the entry is empty", 0, "write a word, a phrase or a $list")
    if "$" not in entry:
        return Phrase(start, entry, read_phrase(entry, start))
    words = entry.split()
    name = entry[1:]
    if len(words) == 1 and entry[0] == "$" and name and all(c.isalnum() or c in "-_" for c in name):
        return ListName(start, name)
    if entry[0] == "$" and entry[1:2].isdigit():
        return Phrase(start, entry, read_phrase(entry, start))
    raise ExpressionError(
        "a $list stands alone in an entry",
        start + entry.index("$"),
        "give the list an entry of its own, or write an expression under match:",
    )


class _Reader:
    """Reads tokens by precedence: NEAR binds tightest, then AND with NOT, then OR."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        token = self.token
        self.next += 1
        return token

    def whole(self) -> Expression:
        if self.token.kind is Kind.END:
            raise ExpressionError("there is nothing to look for", self.token.at, "write a word")
        found = self.level()
        token = self.token
        if token.kind is Kind.CLOSE:
            raise ExpressionError(
                "this bracket closes nothing", token.at, "leave it out, or open one before"
            )
        if token.kind is Kind.COMMA:
            raise ExpressionError(
                "a comma only parts the words of SENTENCE(a, b)",
                token.at,
                "write OR or AND, or put a phrase in quotes",
            )
        return found

    def level(self) -> Expression:
        """Everything up to a closing bracket, a comma or the end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                "the brackets stand too deep in each other", self.token.at, "use a list in terms:"
            )
        start = self.token.at
        parts, without = [self.near()], list[Expression]()
        joined: Token | None = None
        while self.token.kind in (Kind.AND, Kind.OR, Kind.NOT):
            operator = self.take()
            if joined and (joined.kind is Kind.OR) != (operator.kind is Kind.OR):
                raise _mixed(joined, operator)
            joined = joined or operator
            negative = operator.kind is Kind.NOT
            if operator.kind is Kind.AND and self.token.kind is Kind.NOT:
                self.take()
                negative = True
            elif operator.kind is Kind.OR and self.token.kind is Kind.NOT:
                raise _mixed(operator, self.token)
            (without if negative else parts).append(self.near())
        self.refuse_leftovers()
        self.depth -= 1
        if joined is None:
            return parts[0]
        if joined.kind is Kind.OR:
            return AnyOf(start, tuple(parts))
        return AllOf(start, tuple(parts), tuple(without))

    def refuse_leftovers(self) -> None:
        """Two things stand side by side: say what is missing between them."""
        token = self.token
        if token.kind in (Kind.CLOSE, Kind.COMMA, Kind.END):
            return
        before = self.tokens[self.next - 1]
        if token.kind is Kind.WORD and token.text.lower() in ("and", "or", "not"):
            raise ExpressionError(
                f"“{token.text}” is read as a word here",
                token.at,
                f"write it in capitals: {token.text.upper()}",
            )
        if token.kind is Kind.WORD and before.kind is Kind.WORD:
            raise ExpressionError(
                "two words stand side by side",
                token.at,
                f'two words need quotes: "{before.text} {token.text}"; or write AND or OR between',
            )
        raise ExpressionError(
            f"something is missing before {token.text or token.source}",
            token.at,
            "write AND, OR, NOT or NEAR/10 between the two",
        )

    def near(self) -> Expression:
        found = self.single()
        while self.token.kind is Kind.NEAR:
            operator = self.take()
            _check_operand(found, operator)
            right = self.single()
            _check_operand(right, operator)
            kind, _, words = operator.text.partition("/")
            if int(words) > FURTHEST:
                raise ExpressionError(
                    f"{operator.text} is too far", operator.at, "write AND for anywhere"
                )
            found = Near(operator.at, kind, int(words), found, right)
        return found

    def single(self) -> Expression:
        token = self.take()
        match token.kind:
            case Kind.WORD | Kind.PHRASE:
                _check_no_list(token)
                return Phrase(token.at, token.text, read_phrase(token.text, token.inside))
            case Kind.LIST:
                return ListName(token.at, token.text)
            case Kind.REGEX:
                return Regex(token.at, token.text)
            case Kind.OPEN:
                return self.bracket(token)
            case Kind.SENTENCE:
                return self.sentence(token)
            case Kind.ATLEAST:
                return self.at_least(token)
            case Kind.FIELD:
                return self.field(token)
        raise self.expected_something(token)

    def expected_something(self, token: Token) -> ExpressionError:
        before = self.tokens[self.next - 2] if self.next > 1 else None
        if token.kind is Kind.NOT:
            return ExpressionError(
                "NOT has nothing before it, so it could match everything",
                token.at,
                "say what to look for first: a NOT b",
            )
        if token.kind is Kind.NEAR and before and before.kind is Kind.NOT:
            number = token.text.partition("/")[2]
            return ExpressionError(
                f"NOT {token.text} is no operator", before.at, f"write NOTNEAR/{number}"
            )
        if token.kind is Kind.CLOSE and before and before.kind is Kind.OPEN:
            return ExpressionError("the brackets are empty", token.at, "write a word in them")
        if token.kind is Kind.END and before:
            return ExpressionError(
                f"the expression ends after {before.source}", token.at, "write what should follow"
            )
        return ExpressionError(
            f"a word, a phrase or a $list was expected before {token.source}",
            token.at,
            "write what to look for there",
        )

    def bracket(self, opening: Token) -> Expression:
        found = self.level()
        self.close(opening)
        return replace(found, bracketed=True) if isinstance(found, Near) else found

    def close(self, opening: Token) -> None:
        if self.token.kind is Kind.COMMA:
            raise ExpressionError(
                "a comma only parts the words of SENTENCE(a, b)",
                self.token.at,
                "write OR or AND, or put a phrase in quotes",
            )
        if self.take().kind is not Kind.CLOSE:
            raise ExpressionError("this bracket is never closed", opening.at, "write ) at its end")

    def opening(self, after: Token) -> Token:
        token = self.take()
        if token.kind is not Kind.OPEN:
            raise ExpressionError(
                f"{after.source} needs a bracket",
                token.at,
                "write SENTENCE(a, b)" if after.kind is Kind.SENTENCE else "write ATLEAST/3(a)",
            )
        return token

    def sentence(self, token: Token) -> Expression:
        opening = self.opening(token)
        parts = [self.level()]
        while self.token.kind is Kind.COMMA:
            self.take()
            parts.append(self.level())
        self.close(opening)
        for part in parts:
            _check_operand(part, token)
        if len(parts) < 2:
            raise ExpressionError(
                "SENTENCE needs two things or more", token.at, "write SENTENCE(a, b)"
            )
        return Sentence(token.at, tuple(parts))

    def at_least(self, token: Token) -> Expression:
        times = int(token.text.partition("/")[2])
        if times < 1 or times > FURTHEST:
            raise ExpressionError(
                f"{token.text} could match everything"
                if times < 1
                else f"{token.text} is too much",
                token.at,
                "write ATLEAST/2( ) or more",
            )
        part = self.bracket(self.opening(token))
        _check_operand(part, token)
        return AtLeast(token.at, times, part)

    def field(self, token: Token) -> Expression:
        value = self.token
        if token.text == "title":
            return InTitle(token.at, self.single())
        if value.kind not in (Kind.WORD, Kind.PHRASE):
            raise ExpressionError(
                f"{token.source} needs one value",
                value.at,
                f"write one each: ({token.text}:a OR {token.text}:b)",
            )
        self.take()
        if token.text == "hit":
            return HitOf(token.at, value.text)
        pattern = read_phrase(value.text, value.inside) if token.text == "author" else None
        if token.text == "grade" and value.text.upper() not in tuple("ABCDEF"):
            raise ExpressionError(
                f"{value.text} is no grade", value.at, "grades go from A (best) to F"
            )
        return Condition(token.at, token.text, value.text, pattern)


def _check_no_list(token: Token) -> None:
    name = re.search(r"\$[^\W\d]", token.text)
    if name:
        raise ExpressionError(
            "a $list in quotes or within a word is no list",
            token.inside + name.start(),
            "leave the quotes out, and part it from other words by NEAR/0, AND or OR",
        )


def _mixed(first: Token, second: Token) -> ExpressionError:
    return ExpressionError(
        f"{first.text} and {second.text} are mixed without brackets",
        second.at,
        "say which belong together: (a OR b) AND c, or a OR (b AND c)",
    )


def _check_operand(part: Expression, operator: Token) -> None:
    """NEAR, SENTENCE and ATLEAST need places in the text, which only words have."""
    if isinstance(part, (Phrase, ListName, Regex, Near)):
        return
    if isinstance(part, AnyOf):
        for one in part.parts:
            _check_operand(one, operator)
        return
    if isinstance(part, InTitle):
        raise ExpressionError(
            f"title: cannot stand inside {operator.text}",
            part.at,
            "put it around the whole: title:(a NEAR/5 b)",
        )
    hint = "NEAR joins words, lists, and words joined by OR: (a OR b) NEAR/5 c"
    if operator.kind is Kind.SENTENCE:
        hint = "part what belongs in the sentence by commas: SENTENCE(a, b)"
    raise ExpressionError(f"{operator.text} joins places of words; this has none", part.at, hint)
