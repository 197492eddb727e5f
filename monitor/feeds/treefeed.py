"""
RSS, Atom and RDF read by our own walk over a tree of lxml's: the fast way.

It reads what is well-formed, or nearly, and means by every element what
feedparser means by it, so that it does not matter which of the two read a
document. Whatever it is not sure of it leaves to feedparser (``None``), which
is twenty times slower and stands anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedparser.mixin import _FeedParserMixin
from feedparser.urls import make_safe_absolute_uri
from lxml import etree

from monitor.feeds import authors
from monitor.feeds.dates import instant
from monitor.feeds.elements import (
    MEANINGS,
    PREFIXES,
    XHTML,
    UnsureError,
    attributes,
    joined,
    markup,
    plain_text,
    recoded,
    sure_of,
    unescaped,
)
from monitor.feeds.entries import Entry, Reading, Text
from monitor.feeds.sheet import Scope, Sheet
from monitor.feeds.tree import tree_of

RSS10 = "http://purl.org/rss/1.0/"
RSS090 = "http://my.netscape.com/rdf/simple/0.9/"
ATOM10 = "http://www.w3.org/2005/Atom"

SCOPES = etree.XPath("boolean(//@xml:lang|//@lang|//@xml:base|//@base)")


def read(text: str, url: str, most: int) -> Reading | None:
    """
    The entries of an XML feed, or ``None`` where another reader must look.

    That is: what is not well-formed even after the usual slips are mended
    (HTML's entities, a bare ampersand), what declares entities, what has no
    entries, more than ``most``, or any with neither link nor id.
    """
    root = tree_of(text)
    if root is None:
        return None
    try:
        reading = _Document(root, url, scoped=bool(SCOPES(root))).reading(most)
    except (UnsureError, RecursionError):
        return None
    sure = reading.entries and all(one.guid or one.link for one in reading.entries)
    return reading if sure else None


class _Document:
    """One document on its way from a tree to entries."""

    def __init__(self, root: Any, url: str, scoped: bool) -> None:
        self.root = root
        self.url = url
        self.scoped = scoped
        self.names: dict[str, str] = {}
        self.atom = self._is_atom()
        self.title: str | None = None
        self.lang = ""
        self.entries: list[Entry] = []

    def reading(self, most: int) -> Reading:
        """All entries, with the feed's title and language."""
        scope = self._within(self.root, Scope(0, self.url, ""))
        if self.name(self.root) in ("rss", "feed"):
            self.lang = scope.lang.replace("_", "-")
        self._look(self.root, scope, most)
        return Reading(tuple(self.entries), self.title or "", self.lang)

    def _is_atom(self) -> bool:
        """Whether texts say what they are; where a feed's kind is not plain we are not sure."""
        kind = self.name(self.root)
        spaces = [uri for uri in self.root.nsmap.values() if uri]
        if kind == "rss":
            return False
        if kind == "feed" and RSS10 not in spaces:
            return True
        first = next((uri for uri in spaces if uri in (RSS10, RSS090, ATOM10)), None)
        if kind == "rdf:rdf" and first in (RSS10, RSS090):
            return False
        raise UnsureError

    def name(self, element: Any) -> str:
        """What an element is called among us: a known prefix, a colon, small letters."""
        tag = element.tag
        name = self.names.get(tag)
        if name is None:
            space, _, local = tag.rpartition("}")
            prefix = PREFIXES.get(space[1:].lower())
            if prefix is None:
                known = "backend.userland.com/rss" in space.lower()
                prefix = "" if known else (element.prefix or "").lower()
            name = self.names[tag] = f"{prefix}:{local.lower()}" if prefix else local.lower()
        return name

    def _within(self, element: Any, around: Scope) -> Scope:
        """The scope of what is in an element."""
        base, lang = around.base, around.lang
        if self.scoped and element.keys():
            given = attributes(element)
            if "xml:base" in given or "base" in given:
                joined = given.get("xml:base", given.get("base", ""))
                base = make_safe_absolute_uri(base, joined) or base
            lang = given.get("xml:lang", given.get("lang", lang))
        return Scope(around.depth + 1, base, lang)

    def _look(self, element: Any, scope: Scope, most: int) -> None:
        """Find the entries, and on the way the feed's own title and language."""
        for child in element:
            name = self.name(child)
            if name in ("item", "entry"):
                if len(self.entries) >= most:
                    raise UnsureError
                self.entries.append(self._entry(child, self._within(child, scope)))
            elif name in ("title", "dc:title"):
                if not self.title:
                    self.title = self.text(child, "text/plain")[0].value
            elif name in ("language", "dc:language"):
                self.lang = plain_text(child)
            elif name not in APART and name not in MARKED_UP and len(child):
                self._look(child, self._within(child, scope), most)

    def _entry(self, element: Any, scope: Scope) -> Entry:
        sheet = Sheet()
        if element.keys():
            given = attributes(element)
            if "href" in given or "lastmod" in given:
                raise UnsureError
            sheet.guid = given.get("rdf:about", "")
        self._fill(sheet, element, scope)
        return sheet.entry()

    def _fill(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        names = self.names
        for child in element:
            name = names.get(child.tag) or self.name(child)
            reads = READERS.get(name)
            if reads is not None:
                reads(self, sheet, child, self._within(child, scope) if self.scoped else scope)
            elif name in ENTRIES:
                raise UnsureError
            elif len(child) and name not in APART and name not in MARKED_UP:
                inner = self._within(child, scope)
                self._fill(sheet, child, Scope(scope.depth + 1, inner.base, inner.lang))

    def text(self, element: Any, default: str) -> tuple[Text, str]:
        """A text with its kind, and the media type that it turned out to have."""
        given = attributes(element)
        kind = given.get("type", default).lower()
        kind = MEANINGS.get(kind, kind)
        if given.get("mode") == "base64":
            raise UnsureError
        if len(element):
            value, kind = markup(element, kind, self.name)
        else:
            value = (element.text or "").strip()
        if not self.atom and kind == "text/plain" and ("<" in value or "&" in value):
            kind = "text/html" if _FeedParserMixin.looks_like_html(value) else kind
        if "html" in kind:
            return Text(recoded(value), "html"), kind
        return Text(recoded(value), "text" if self.atom else "either"), kind

    # --- what the elements of an entry say ---

    def read_title(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """The first that says something, or one from further up."""
        text = self._offer_title(sheet, element, scope)
        if text.value:
            sheet.title_depth = scope.depth

    def read_media_title(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """The title of a picture or film stands in for one that is missing."""
        self._offer_title(sheet, element, scope)

    def _offer_title(self, sheet: Sheet, element: Any, scope: Scope) -> Text:
        text, kind = self.text(element, "text/plain")
        sure_of(kind)
        if not -1 < sheet.title_depth <= scope.depth:
            sheet.title, sheet.title_lang = text, scope.lang
        return text

    def read_description(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """A summary; the second is content, unless there is some."""
        self._read_summary(sheet, element, scope, "text/html")

    def read_summary(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """The same, of a format that means plain text unless it says otherwise."""
        self._read_summary(sheet, element, scope, "text/plain")

    def read_abstract(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """A summary whatever was there before."""
        self._set_summary(sheet, element, scope, "text/plain")

    def _read_summary(self, sheet: Sheet, element: Any, scope: Scope, default: str) -> None:
        if sheet.has_summary and not sheet.has_content:
            self.read_content(sheet, element, scope)
        else:
            self._set_summary(sheet, element, scope, default)

    def _set_summary(self, sheet: Sheet, element: Any, scope: Scope, default: str) -> None:
        text, kind = self.text(element, default)
        sure_of(kind)
        sheet.summary, sheet.summary_lang = text, scope.lang
        sheet.has_summary = True

    def read_content(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """Content, plain text unless it says otherwise."""
        sheet.has_content = True
        self._add_content(sheet, element, "text/plain")

    def read_encoded(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """Content that is HTML."""
        sheet.has_content = True
        self._add_content(sheet, element, "text/html")

    def read_body(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """Content that is XHTML."""
        self._add_content(sheet, element, XHTML)

    def _add_content(self, sheet: Sheet, element: Any, default: str) -> None:
        text, kind = self.text(element, default)
        if kind in ("text/plain", "text/html", XHTML):
            sheet.has_summary = True
        if "html" in kind or kind.startswith("text/"):
            sheet.contents.append(text)

    def read_link(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """Where the entry leads: the last address that is a page's."""
        given = attributes(element)
        href = given.get("url", given.get("uri")) or given.get("href")
        if href is not None:
            rel = given.get("rel", "alternate").lower()
            usual = "application/atom+xml" if rel == "self" else "text/html"
            kind = given.get("type", usual).lower()
            if rel == "alternate" and MEANINGS.get(kind, kind) in ("text/html", XHTML):
                sheet.link = joined(scope.base, href) or scope.base
            return
        address = joined(scope.base, plain_text(element, recode=False))
        sheet.link = unescaped(recoded(address))

    def read_first_link(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """The address before a service put its own in front."""
        if sheet.prefers("first_link", scope.depth):
            sheet.first_link = plain_text(element)

    def read_guid(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """What the entry is known by, which is its address too unless it says no."""
        value = plain_text(element, recode=False)
        is_link = attributes(element).get("ispermalink", "true") == "true"
        value = recoded(joined(scope.base, value) if is_link else value)
        if sheet.prefers("guid", scope.depth):
            sheet.guid = value
        if is_link and sheet.link is None:
            sheet.link = value

    def read_author(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """Who wrote it: a text, or a name and an address."""
        text = plain_text(element, parts=True)
        name = email = ""
        for part in element.iterdescendants():
            what = self.name(part)
            if what in ("name", "itunes:name"):
                name = (part.text or "").strip()
            elif what in ("email", "itunes:email"):
                email = (part.text or "").strip()
        if name or email:
            sheet.author = f"{name} ({email})" if name and email else name or email
            sheet.authors.append(name)
            return
        if sheet.prefers("author", scope.depth):
            sheet.author = text
        sheet.authors.append(authors.name_in(text))

    def read_language(self, sheet: Sheet, element: Any, scope: Scope) -> None:
        """What language the entry says that it is in."""
        if sheet.prefers("language", scope.depth):
            sheet.lang = plain_text(element)

    def read_category(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """A tag, as an attribute, as text, or as both."""
        given = attributes(element)
        name = self.name(element)
        scheme = given.get("scheme", given.get("domain"))
        if name == "itunes:category":
            sheet.tag(given.get("text"), "http://www.itunes.com/")
        elif name == "media:category":
            sheet.tag(given.get("term"), scheme or "media", given.get("label"))
        else:
            sheet.tag(given.get("term"), scheme, given.get("label"))
        value = plain_text(element)
        if value and sheet.tags and not sheet.tags[-1][0]:
            sheet.tags[-1][0] = value
        elif value:
            sheet.tag(value)

    def read_keywords(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """Several tags with commas between."""
        for term in plain_text(element).split(","):
            sheet.tag(term.strip())

    def read_source(self, sheet: Sheet, element: Any, _scope: Scope) -> None:
        """Who published an entry that is passed on: the text itself, or a title in it."""
        if not len(element):
            sheet.source = plain_text(element) or sheet.source
        for child in element.iterchildren("*"):
            if self.name(child) == "title":
                text, kind = self.text(child, "text/plain")
                sure_of(kind)
                sheet.source = text.value


def _date(what: str) -> Callable[[_Document, Sheet, Any, Scope], None]:
    def read_date(_self: _Document, sheet: Sheet, element: Any, _scope: Scope) -> None:
        sheet.dates[what] = instant(plain_text(element))

    return read_date


ENTRIES = frozenset({"item", "entry", "channel", "feed", "rss", "rdf:rdf"})
# They have titles and authors of their own.
APART = frozenset(
    {
        "source", "image", "textinput", "contributor", "dc:contributor", "itunes:owner",
        "dc:publisher", "webmaster",
    }
)  # fmt: skip
# Texts that we do not keep, and that may have tags in them.
MARKED_UP = frozenset(
    {
        "subtitle", "tagline", "itunes:subtitle", "rights", "copyright", "dc:rights", "info",
        "feedburner:browserfriendly", "title", "dc:title", "media:title", "description", "summary",
        "itunes:summary", "dc:description", "media:description", "abstract", "content",
    }
)  # fmt: skip

READERS: dict[str, Callable[[_Document, Sheet, Any, Scope], None]] = {
    "source": _Document.read_source,
    "news:source": _Document.read_source,
    "title": _Document.read_title,
    "dc:title": _Document.read_title,
    "media:title": _Document.read_media_title,
    "description": _Document.read_description,
    "dc:description": _Document.read_description,
    "media:description": _Document.read_description,
    "abstract": _Document.read_abstract,
    "summary": _Document.read_summary,
    "itunes:summary": _Document.read_summary,
    "content": _Document.read_content,
    "content:encoded": _Document.read_encoded,
    "fullitem": _Document.read_encoded,
    "body": _Document.read_body,
    "xhtml:body": _Document.read_body,
    "link": _Document.read_link,
    "feedburner:origlink": _Document.read_first_link,
    "guid": _Document.read_guid,
    "id": _Document.read_guid,
    "author": _Document.read_author,
    "managingeditor": _Document.read_author,
    "dc:author": _Document.read_author,
    "dc:creator": _Document.read_author,
    "itunes:author": _Document.read_author,
    "language": _Document.read_language,
    "dc:language": _Document.read_language,
    "category": _Document.read_category,
    "keywords": _Document.read_category,
    "dc:subject": _Document.read_category,
    "media:category": _Document.read_category,
    "itunes:category": _Document.read_category,
    "tags": _Document.read_keywords,
    "itunes:keywords": _Document.read_keywords,
    "media:keywords": _Document.read_keywords,
    "published": _date("published"),
    "issued": _date("published"),
    "pubdate": _date("published"),
    "dcterms:issued": _date("published"),
    "updated": _date("updated"),
    "modified": _date("updated"),
    "lastbuilddate": _date("updated"),
    "dc:date": _date("updated"),
    "dcterms:modified": _date("updated"),
    "created": _date("created"),
    "dcterms:created": _date("created"),
}
