"""
Words, texts and items that are hard to read, in all scripts.

They come in themes, each a few entries to look for and many ways to write them,
so that what is generated is often found, and often just not.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from monitor.model import Feed, Item

FEEDS = (
    Feed("tass-en", "https://tass.example/", "en", "TASS", "C", "moscow", ("Defence", "oil")),
    Feed("tass-ru", "https://tass.example/ru", "ru", "ТАСС", "A", "moscow"),
    Feed("el-pais", "https://pais.example/", "es_VE", "El País", "B", "caracas", ("política",)),
    Feed("plain", "https://plain.example/", None, "plain", "F", None),
)
STRAY = Feed("wire", "https://wire.example/", "zh-Hant", "Xinhua 新华社", "E", "beijing", ("油",))


@dataclass(frozen=True)
class Theme:
    """What to look for, how texts write it, and what stands between."""

    name: str
    entries: tuple[str, ...]
    spellings: tuple[str, ...]
    gaps: tuple[str, ...]
    filler: tuple[str, ...]

    def terms(self) -> dict[str, tuple[str, ...]]:
        """Lists of the theme's entries, the later ones with the earlier ones in them."""
        few, more = self.entries[::3], self.entries[1::3]
        return {"few": few, "more": (*more, "$few"), "most": ("$more", self.entries[2], *few[:1])}


def usual(row: tuple[str, ...], few: int) -> st.SearchStrategy[str]:
    """Any of them, the first few most of the time: what is looked for shall often be there."""
    return st.one_of(*[st.sampled_from(row[:few])] * 2, st.sampled_from(row))


def theme(name: str, entries: str, spellings: str, gaps: tuple[str, ...], filler: str) -> Theme:
    def split(text: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in text.split("|"))

    return Theme(name, split(entries), split(spellings), gaps, split(filler))


# What parts words, ends sentences, or does neither; a space is the most usual.
ASCII_GAPS = (" ", " ", " ", " ", ", ", ". ", "! ", ".\n", "\n", "-", "", "/", " (", ') "', "_",
              "\t", " \x00 ", "\x07", "...", "?) ", "'s ", "' ")  # fmt: skip
LATIN_GAPS = (*ASCII_GAPS, "\xa0", " – ", "… ", "’s ", "\xad", "”. ", "»? ", "\x85", "×", "½")
ALL_GAPS = (*LATIN_GAPS, "。", "، ", "؟ ", "\u200c", "\u200d", "\u200b", "\u200f", "\u2028", "ـ",
            "\u0301", "·", "\ud800", "！", "‐", "－", "\u3000", "ʼ", "\ufeff")  # fmt: skip

ASCII = theme(
    "ascii",
    "jet|jets|repair*|=Jets|=Repai*|spare parts|spare par*|Su-30|su30|Su-30M*|30|=Su-30|US|=US|"
    "=us|eeuu|Maduro|=U.S.|maduro*|jets repair*|1,000|parts Su-30|x|F-16A|Maduro's|O'Higgins|N|st",
    "jet|Jets|repair|repairs|Repaired|Su-30|su30|Su 30|su 30|SU 30|Su-30MK2|Su-300|Su--30|US|us|"
    "Us|U.S.|u.s|EE.UU.|EE. UU.|Maduro|Maduro's|MADURO'S|1,000|1.000|spare|parts|Parts|Su|M|MK2|"
    "30|300|F-16A|F16 a|O'Higgins|St.|No.|N.|Mr.|Mar.|3|x",
    ASCII_GAPS,
    "the|of|and|old|City|said|in|A|7|to",
)
LATIN = theme(
    "latin-1",
    "año|ano|=Año|más|=Más|mas|élite*|strasse|=Straße|overo|½|Señor Gil|señ*|São-1|sao|Ñ|ævar|1º|"
    "Sra|caf* del año|=CAFÉ|d'État",
    "año|AÑO|Año|ano|Más|más|mas|MÁS|élites|Elite|Straße|STRASSE|strasse|Øvero|overo|½|1/2|Señor|"
    "Senor|Gil|SÃO-1|São 1|Sao1|Ñ|ñ|Ævar|aevar|1º|1o|Sra.|Café|CAFÉ|cafe|del|d’État|d'etat|coup|"
    "µ|ª|M²",
    LATIN_GAPS,
    "el|la|de|y|És|que|ÿ|à",
)
CYRILLIC = theme(
    "cyrillic",
    "Су-30|С-300|C-300|мой|=Мой|мои|елка|=Ёлка|ремонт*|капитальн* ремонт*|Х-101|МК|у|г Москве|"
    "йод*|Су-30 ремонт*|РФ|=р.ф.|Ми-8АМТ*",
    "Су-30|СУ30|су 30|Су 30|Cу-30|Су-30МК2|С-300|C-300|с 300|С300|с-3000|мой|Мой|мои|МОИ|"
    "мои\u0306|Ёлка|елка|Елка|Е\u0308лка|ремонт|Ремонта|капитального|Капитальный|Х-101|X101|"
    "x 101|у|г.|Москве|йодом|иод|РФ|Р.Ф.|р.ф.|Ми-8АМТШ|Mи 8AMT|МК",
    ALL_GAPS,
    "и|в|на|Он|не|МИД|5",
)
CHINESE = theme(
    "chinese",
    "委内瑞拉|委*|内瑞|大修|苏-30|苏30|瑞拉 Su-30|=委內|马杜罗|スホーイ|ガス|가나|=大修|30|一 二|"
    "歼-20",
    "委内瑞拉|委內瑞拉|委|内瑞|瑞拉|委内 瑞拉|委内。瑞拉|委内·瑞拉|大修|大 修|苏-30|苏30|蘇 30|"
    "苏30战机|Su-30|马杜罗|馬杜羅|スホーイ|ｽﾎｰｲ|ガス|ｶﾞｽ|か\u3099す|㌦|가나|가\u1102|３０|30|"
    "一二|一|歼20|殲-20|㍿|仝",
    ALL_GAPS,
    "的|在|了|和|我|新|7|a",
)
PERSIAN = theme(
    "persian",
    "ونزوئلا|می رود|یک|=يك|30|۳۰|اف-16|مادورو|الكتاب|سوخو-۳۰|رود|इंजन|ไทย|كتا*",
    "ونزوئلا|ونـزوئلا|وَنزوئلا|می\u200cرود|مي رود|میرود|رود|يك|یک|ﻳﻚ|ك|۳۰|30|٣٠|اف-16|اف ۱۶|اف١٦|"
    "مادورو|مادوروs|الکتاب|الكتاب|ﺍﻟﻜﺘﺎﺏ|کتاب|سوخو ۳۰|سوخو-30|سوخو۳۰|ﻼ|इंजन|इंजनों|ไทย|۱٬۰۰۰",
    ALL_GAPS,
    "و|در|از|او|به|۵|است",
)
MIXED = theme(
    "mixed",
    "Su-30|Су-30|苏-30|jet|repair*|大修|fire|flank*|=US|istanbul|C-300|su-३०|30|x|=ﬁre|É|ﷺ*|ǆ",
    "Su-30|Ｓｕ－３０|Ｓu‑30|Su\u00ad-30|Su-\u200c30|Cу-30|Су 30|苏 30|jet|je\u0301t|JET\u20dd|"
    "re\u00adpair|repair\u200d|𝐫𝐞𝐩𝐚𝐢𝐫|大修|ﬁre|fire|FIRE|ﬂanker|Ｆlankers|US|ＵＳ|U\u200b.S.|"
    "İstanbul|istanbul|ISTANBUL|ıstanbul|С-300|su-३०|३०|³⁰|①|30|x|\ud83d|\U0001f6e9\ufe0f|"
    "E\u0301.|É.|ﷺ|ǅ|Dž|ʼn|a\u0327\u0301|\u0301",
    ALL_GAPS,
    "и|the|的|و|A|5|é",
)
THEMES = (ASCII, LATIN, CYRILLIC, CHINESE, PERSIAN, MIXED)


def short(about: Theme, most: int = 12) -> st.SearchStrategy[str]:
    """A few words of the theme, with anything between."""
    pairs = st.tuples(usual(about.spellings, 10), st.sampled_from(about.gaps))
    return st.lists(pairs, min_size=min(most, 2), max_size=most).map(
        lambda row: "".join(one + gap for one, gap in row)
    )


def long(about: Theme) -> st.SearchStrategy[str]:
    """Up to some hundred words, most of which nobody looks for."""
    filler = st.sampled_from(about.filler)
    row = st.lists(filler, min_size=2, max_size=30).map(lambda words: " ".join(words) + " ")
    return st.lists(st.tuples(row, short(about, 3)), min_size=2, max_size=5).map(
        lambda rows: "".join(words + some for words, some in rows)
    )


def texts(about: Theme) -> st.SearchStrategy[str]:
    """A text of the theme, short, long, or of nothing to read."""
    few = short(about)
    return st.one_of(few, few, few, few, long(about), st.sampled_from(("", "...", " ", "\x00")))


@st.composite
def contents(draw: st.DrawFn, about: Theme, summary: str) -> str:
    """A content with something of its own, or that repeats the summary in whole or in part."""
    some = texts(about)
    kind = draw(
        st.sampled_from(("none", "own", "same", "spaced", "cut", "longer", "within", "tail"))
    )
    half = len(summary) // 2
    match kind:
        case "none":
            return ""
        case "own":
            return draw(some)
        case "same":
            return summary
        case "spaced":
            return summary.replace(" ", "  ").swapcase()
        case "cut":
            return summary[: draw(st.integers(0, len(summary)))]
        case "longer":
            return summary + draw(st.sampled_from(("", " ", ". "))) + draw(some)
        case "within":
            return draw(some) + " " + summary + " " + draw(some)
    return summary[half:]


@st.composite
def repeating_items(draw: st.DrawFn, about: Theme) -> Item:
    """An item of which the content holds the summary, whole or nearly, and more."""
    some = short(about, 5)
    summary = draw(short(about))
    content = draw(some) + summary[: draw(st.sampled_from((None, None, -1, -3)))]
    if draw(st.booleans()):
        content = content.removeprefix(content[: content.find(summary)])
    return Item("item", FEEDS[0].id, draw(some), summary, content + " " + draw(some))


@st.composite
def items(draw: st.DrawFn, about: Theme) -> Item:
    """An item of one theme, from a known feed or another."""
    summary = draw(texts(about))
    return Item(
        "item",
        draw(st.sampled_from((*(feed.id for feed in FEEDS), "wire"))),
        draw(texts(about)),
        summary,
        draw(contents(about, summary)),
        lang=draw(st.sampled_from((None, "es", "es-VE", "ES_ve", "est", "zh"))),
        author=draw(st.sampled_from((None, "", "Anna Petrova", "PETROV, Ana", "Мария Ёлкина"))),
        tags=draw(st.sampled_from(((), ("defence",), ("Política", "Oil & Gas")))),
    )
