"""
The engines that are compared, each used in the fastest fair way we know.

A contender is made from queries (its making is the compile time) and tells
for some items which queries hit each. Everything from the item's own text
onwards is in its time: folding case and accents, cutting words, scanning,
deciding. Only ours also says by which words; ``Judging`` leaves that out.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, ClassVar

from bench.watchlists import Query, watch_list
from monitor.matching import compile_watch, match
from monitor.matching.match import judge_all, read
from monitor.model import Item

Hits = list[list[int]]
"""For each item the numbers of the queries that hit it, in order."""


class Contender(ABC):
    """An engine at work; ``module`` is what must be installed for it."""

    name: ClassVar[str]
    module: ClassVar[str]
    takes_all: ClassVar[bool] = False
    """Whether its time hangs on the queries, so that it must be given all items at once."""

    @abstractmethod
    def __init__(self, queries: list[Query]) -> None: ...

    @abstractmethod
    def hits(self, items: Sequence[Item]) -> Hits:
        """Which queries hit each item."""

    @staticmethod
    def is_feasible(count: int, words: int) -> bool:
        """Whether so many indicators over items of so many words end within minutes."""
        return True


# --- ours -------------------------------------------------------------------------


class Monitor(Contender):
    """``match`` as the service calls it: hits with their words and places."""

    name = "monitor"
    module = "monitor"

    def __init__(self, queries: list[Query]) -> None:
        self.matcher, problems = compile_watch(watch_list(queries))
        assert not problems, problems[:3]

    def hits(self, items: Sequence[Item]) -> Hits:
        matcher = self.matcher
        return [[int(hit.indicator[1:]) for hit in match(item, matcher)] for item in items]


class Judging(Monitor):
    """The same without the words of a hit: what the others answer too."""

    name = "monitor, no evidence"

    def hits(self, items: Sequence[Item]) -> Hits:
        matcher = self.matcher
        readings = (read(item, matcher) for item in items)
        return [
            [int(one.indicator.id[1:]) for one in judge_all(matcher, reading)] if reading else []
            for reading in readings
        ]


# --- the others ---------------------------------------------------------------------

_SMALL = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else 32 for c in range(256))


def folded(item: Item) -> bytes:
    """The item's text in small ASCII letters, a space for each other sign: all that Latin needs."""
    text = f"{item.title} {item.summary}"
    if not text.isascii():
        return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").translate(_SMALL)
    return text.encode().translate(_SMALL)


def narrow(text: bytes) -> bytes:
    """The text with single spaces, and one at either end."""
    return b" %b " % b" ".join(text.split())


class Booleans:
    """
    From the terms found to the queries that hit, in plain Python.

    A query is looked at only when a term of its rarest group was found.
    """

    def __init__(self, queries: list[Query]) -> None:
        uses = Counter(term for query in queries for term in query.terms())
        self.numbers: dict[str, int] = {}
        self.by_term: dict[int, list[int]] = {}
        self.queries: list[tuple[list[tuple[int, ...]], tuple[int, ...]]] = []
        for number, query in enumerate(queries):
            anchor = min(query.groups, key=lambda group: max(uses[term] for term in group))
            for term in anchor:
                self.by_term.setdefault(self.number(term), []).append(number)
            others = [self.all_numbers(group) for group in query.groups if group is not anchor]
            self.queries.append((others, self.all_numbers(query.without)))

    def number(self, term: str) -> int:
        return self.numbers.setdefault(term, len(self.numbers))

    def all_numbers(self, terms: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self.number(term) for term in terms)

    def hits(self, found: set[int]) -> list[int]:
        """The queries that hold for these terms."""
        candidates: set[int] = set()
        for term in found:
            candidates.update(self.by_term.get(term, ()))
        hitting = []
        for number in sorted(candidates):
            groups, without = self.queries[number]
            if not found.isdisjoint(without):
                continue
            if all(not found.isdisjoint(group) for group in groups):
                hitting.append(number)
        return hitting


class Hyperscan(Contender):
    """
    One database of all terms as literals between spaces, and Booleans over what it reports.

    Literals over narrowed text were faster than ``\\bterm\\b`` over raw text,
    and compile in a hundredth of the time.
    """

    name = "hyperscan + booleans"
    module = "hyperscan"

    def __init__(self, queries: list[Query]) -> None:
        import hyperscan

        self.booleans = Booleans(queries)
        terms = [f" {term} ".encode() for term in self.booleans.numbers]
        self.database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self.database.compile(
            expressions=terms,
            ids=list(range(len(terms))),
            flags=hyperscan.HS_FLAG_SINGLEMATCH,
        )

    def hits(self, items: Sequence[Item]) -> Hits:
        scan, hits = self.database.scan, self.booleans.hits
        found: set[int] = set()

        def note(number: int, start: int, end: int, flags: int, context: object) -> None:
            found.add(number)

        answer = []
        for item in items:
            found.clear()
            scan(narrow(folded(item)), match_event_handler=note)
            answer.append(hits(found) if found else [])
        return answer


class Mokaccino(Contender):
    """
    A Rust percolator over fields and values: an item is its distinct words, and those pairs of
    neighbours that are a phrase of some query.
    """

    name = "mokaccino"
    module = "mokaccino"

    def __init__(self, queries: list[Query]) -> None:
        import mokaccino

        self.document = mokaccino.Document
        self.words: set[str] = set()
        self.phrases: set[str] = set()
        percolator = mokaccino.Percolator()
        for number, query in enumerate(queries):
            percolator.add_query_id(self.query(mokaccino.Query, query), number)
        self.percolator = percolator.optimized()

    def query(self, make: Any, query: Query) -> Any:
        groups = []
        for group in query.groups:
            first, *rest = (self.value(make, term) for term in group)
            for other in rest:
                first = first | other
            groups.append(first)
        whole, *more = groups
        for other in more:
            whole = whole & other
        for term in query.without:
            whole = whole & ~self.value(make, term)
        return whole

    def value(self, make: Any, term: str) -> Any:
        (self.phrases if " " in term else self.words).add(term)
        return make.from_kv("phrase" if " " in term else "word", term)

    def values_of(self, tokens: list[str]) -> set[str]:
        return set(tokens)

    def hits(self, items: Sequence[Item]) -> Hits:
        answer = []
        for item in items:
            tokens = folded(item).decode().split()
            document = self.document()
            for word in self.values_of(tokens):
                document.add_value("word", word)
            pairs = {f"{one} {other}" for one, other in pairwise(tokens)}
            for pair in pairs & self.phrases:
                document.add_value("phrase", pair)
            answer.append(sorted(self.percolator.percolate_list(document)))
        return answer


class MokaccinoAsked(Mokaccino):
    """The same, handed only the words that some query asks for."""

    name = "mokaccino, asked words"

    def values_of(self, tokens: list[str]) -> set[str]:
        return self.words.intersection(tokens)


class Tantivy(Contender):
    """
    The search engine turned round: all items are indexed in memory, then every query is run.

    It is given all items at once, its best case; a service would index a
    handful at a time.
    """

    name = "tantivy"
    module = "tantivy"
    takes_all = True

    def __init__(self, queries: list[Query]) -> None:
        import tantivy

        self.tantivy = tantivy
        fold = tantivy.Filter
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        self.analyzer = analyzer.filter(fold.lowercase()).filter(fold.ascii_fold()).build()
        self.schema = (
            tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="folded").build()
        )
        self.queries = [self.query(query) for query in queries]

    def query(self, query: Query) -> Any:
        occur, make = self.tantivy.Occur, self.tantivy.Query
        clauses = [
            (occur.Must, make.boolean_query([(occur.Should, self.term(term)) for term in group]))
            for group in query.groups
        ]
        clauses += [(occur.MustNot, self.term(term)) for term in query.without]
        return make.boolean_query(clauses)

    def term(self, term: str) -> Any:
        if " " in term:
            return self.tantivy.Query.phrase_query(self.schema, "text", list(term.split()))
        return self.tantivy.Query.term_query(self.schema, "text", term)

    def hits(self, items: Sequence[Item]) -> Hits:
        index = self.tantivy.Index(self.schema)
        index.register_tokenizer("folded", self.analyzer)
        # One thread and one commit make one segment, with the items in our order.
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        for item in items:
            writer.add_document(self.tantivy.Document(text=f"{item.title} {item.summary}"))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        answer: Hits = [[] for _ in items]
        for number, query in enumerate(self.queries):
            for _, address in searcher.search(query, limit=len(items), count=False).hits:
                answer[address.doc].append(number)
        return answer


class ReLoop(Contender):
    """A loop over all queries with ``re``, as it is first written; a term is looked for once."""

    name = "re loop"
    module = "re"

    def __init__(self, queries: list[Query]) -> None:
        self.queries = queries
        terms = {term for query in queries for term in query.terms()}
        self.patterns = {term: re.compile(rf"\b{term}\b") for term in terms}

    @staticmethod
    def is_feasible(count: int, words: int) -> bool:
        return count * words <= 600_000

    def hits(self, items: Sequence[Item]) -> Hits:
        return [self.hits_of(narrow(folded(item)).decode()) for item in items]

    def hits_of(self, text: str) -> list[int]:
        known: dict[str, bool] = {}

        def stands(term: str) -> bool:
            answer = known.get(term)
            if answer is None:
                answer = known[term] = self.patterns[term].search(text) is not None
            return answer

        return [
            number
            for number, query in enumerate(self.queries)
            if all(any(stands(term) for term in group) for group in query.groups)
            and not any(stands(term) for term in query.without)
        ]


ALL: tuple[type[Contender], ...] = (
    Monitor,
    Judging,
    Hyperscan,
    Mokaccino,
    MokaccinoAsked,
    Tantivy,
    ReLoop,
)


def installed() -> list[type[Contender]]:
    """The contenders whose modules are there; ours and ``re`` always are."""
    return [one for one in ALL if find_spec(one.module)]
