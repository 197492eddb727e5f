"""Names of people, places and ships, made comparable across scripts by their consonants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from unicodedata import combining, name, normalize

SHORTEST = 4
"""A word of fewer letters is not told to be a name by its consonants."""

# The class of sound of each letter. What one alphabet writes as a consonant
# and another as a vowel (v, w, y, h) has none.
_LATIN = {
    **dict.fromkeys("bp", "p"), **dict.fromkeys("td", "t"), **dict.fromkeys("ckgq", "k"),
    **dict.fromkeys("szjx", "s"), **dict.fromkeys("lr", "l"), "m": "m", "n": "n", "f": "f",
}  # fmt: skip
_CYRILLIC = {
    **dict.fromkeys("бп", "p"), **dict.fromkeys("тд", "t"), **dict.fromkeys("кгх", "k"),
    **dict.fromkeys("сзжшщцч", "s"), **dict.fromkeys("лр", "l"), "м": "m", "н": "n", "ф": "f",
}  # fmt: skip
_ARABIC = {
    **dict.fromkeys("بپ", "p"), **dict.fromkeys("تدط", "t"), **dict.fromkeys("کگقغخ", "k"),
    **dict.fromkeys("سزشژچجصثذضظ", "s"), **dict.fromkeys("لر", "l"), "م": "m", "ن": "n", "ف": "f",
}  # fmt: skip
_DIGRAPHS = (
    ("sch", "s"), ("tch", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"), ("kh", "k"), ("ph", "f"),
    ("th", "t"), ("ts", "s"), ("ce", "se"), ("ci", "si"), ("qu", "k"),
)  # fmt: skip
# The characters by which Chinese spells foreign names, by the sound each begins with.
_CHINESE_SOUNDS = {
    "": "阿艾奥埃伊欧乌亚耶雅约尤瓦维韦沃威华怀哈海赫胡霍惠安昂恩因温翁洋",
    "p": "巴拜班邦鲍贝本比宾波伯博布帕派潘庞佩彭皮平珀普",
    "t": "达戴丹当道德登迪蒂丁多敦塔泰坦汤特滕提廷通图托陶顿",
    "k": "加盖甘冈高戈格根贡古圭卡凯坎康考科克肯孔库奎哥",
    "s": "查蔡察恰昌齐奇钦琼丘茹贾简焦杰金朱津萨赛桑绍舍申什"
    "施士舒斯森松苏索塞西希谢辛兴休扎赞泽曾兹佐祖瑟",
    "l": "拉莱兰朗劳勒雷伦里利林龙卢鲁伦洛罗吕列尔略廖",
    "m": "马迈曼芒毛梅门蒙米密敏明莫默穆",
    "n": "纳奈南瑙内嫩尼宁农努诺涅",
    "f": "法凡方费芬丰弗夫福富",
}
_NASALS = (
    "班邦潘庞本宾彭平丹当登丁敦坦汤滕廷通顿甘冈根贡坎康肯孔昌钦琼简金津桑申辛兴赞曾"
    "兰朗伦林龙曼芒门蒙敏明南嫩宁农凡方芬丰安昂恩因温翁洋森松"
)
_CHINESE = {
    char: sound + ("n" if char in _NASALS and sound != "n" else "")
    for sound, chars in _CHINESE_SOUNDS.items()
    for char in chars
}
_CHINESE_RUN = re.compile(f"[{''.join(_CHINESE)}·]{{3,9}}")
_WORD = re.compile(r"[A-Za-zÀ-ɏЀ-ӿ]+(?:['’][A-Za-z]+)?")
_ARABIC_WORD = re.compile("[\u0620-\u06ff]{4,}")
_ACRONYM = re.compile(r"(?<![A-Za-zÀ-ɏ0-9])[A-Z]{3,}(?![A-Za-zÀ-ɏ0-9])")
_POSSESSIVE = re.compile("['’].*")
_RUSSIAN_ENDING = re.compile(
    r"(?:ского|скому|ский|ская|ской|ыми|ами|ого|ому|ой|ом|ем|ым|ых|ах|ов|ев|[еауыияюьй])$"
)
SPELLED_ALIKE = 0.7
"""Two names of one alphabet and one sound are one from this likeness of their letters on."""
# The words that a title leaves small In Capitals Throughout; no other language writes titles so.
_SMALL_IN_TITLES = frozenset(
    (
        "about", "after", "against", "amid", "among", "before", "between", "despite", "during",
        "from", "into", "near", "over", "since", "than", "that", "through", "toward", "towards",
        "under", "until", "upon", "when", "where", "while", "with", "within", "without",
    )
)  # fmt: skip
_OPENING = " «\"“„('"
_STOPS = ".!?:…"


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """
    The consonants of a name by class of sound: Anegada, Анегада and آنگادا are one.

    Voiced and unvoiced, l and r, and all hissing sounds count as one, since
    desks and alphabets render them so differently. Two names may sound alike
    and be none of each other's; rarity and the rest of the report decide.
    """
    word = word.lower()
    first = word[:1]
    if "\u0400" <= first <= "\u04ff":
        stem = _RUSSIAN_ENDING.sub("", word) if len(word) > SHORTEST else word
        return _undoubled(_CYRILLIC.get(char, "") for char in stem)
    if "\u0620" <= first <= "\u06ff":
        return _undoubled(_ARABIC.get(char, "") for char in word.removesuffix("ها"))
    if "\u3400" <= first <= "\u9fff":
        return _undoubled(sound for char in word for sound in _CHINESE.get(char, ""))
    plain = "".join(char for char in normalize("NFKD", word) if not combining(char))
    for pair, one in _DIGRAPHS:
        plain = plain.replace(pair, one)
    return _undoubled(_LATIN.get(char, "") for char in plain)


def _undoubled(sounds: Iterator[str]) -> str:
    kept = ""
    for one in sounds:
        if one and not kept.endswith(one):
            kept += one
    return kept


@lru_cache(maxsize=65536)
def key_of(word: str) -> str | None:
    """What a name is compared by; ``None`` for a word too short to tell."""
    word = _POSSESSIVE.sub("", word)
    sounds = sound(word)
    if len(word) < SHORTEST or len(sounds) < 2:
        return None
    # Two consonants are few: Lula and Rolo would be one without the first letter.
    return sounds if len(sounds) > 2 else f"{sounds}-{word[0].lower()}"


@lru_cache(maxsize=65536)
def are_one(word: str, other: str) -> bool:
    """
    Whether two words that sound alike can be one name.

    Desks of one alphabet spell a name nearly alike (Abbas and Abás), so that Galway
    is not Guayaquil, though their consonants are. Between alphabets only the sound is known.
    """
    one, two = _spelled(word), _spelled(other)
    if _alphabet(one) != _alphabet(two):
        return True
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= SPELLED_ALIKE


def _spelled(word: str) -> str:
    """A name's letters without accents and endings of cases."""
    letters = "".join(char for char in normalize("NFKD", word.lower()) if char.isalpha())
    return _RUSSIAN_ENDING.sub("", letters) if len(letters) > SHORTEST else letters


def _alphabet(word: str) -> str:
    """The alphabet of a word, by its first letter."""
    return name(word[:1]).partition(" ")[0] if word else ""


def proper_names(text: str, is_common: Callable[[str], bool]) -> dict[str, str]:
    """
    The words of a text that are written as names where others would be small, by their key.

    A title In Capitals Throughout tells nothing, nor does the first word of a
    sentence. ``is_common`` says which words are no names of anybody.
    """
    words = list(_WORD.finditer(text))
    if _is_in_capitals([word[0] for word in words if len(word[0]) >= SHORTEST]):
        return {}
    found: dict[str, str] = {}
    for word in words:
        if word[0][0].isupper() and not is_common(word[0]):
            before = _before(text, word.start())
            if before and before not in _STOPS:
                _add(found, word[0])
    return found


def _before(text: str, at: int) -> str:
    """The character that stands before a word, quotation marks passed over."""
    while at and text[at - 1] in _OPENING:
        at -= 1
    return text[at - 1 : at]


def _is_in_capitals(long: list[str]) -> bool:
    """Whether a text's longer words have capitals for no reason of their own."""
    small = [word for word in long if not word[0].isupper()]
    return len(long) >= 4 and len(small) < 0.3 * len(long) and _SMALL_IN_TITLES.issuperset(small)


def likely_names(text: str, is_common: Callable[[str], bool]) -> dict[str, str]:
    """
    All words that may be names, by their key, to be met by the proper names of another text.

    Capitals at the beginning too, every uncommon word of the Arabic script,
    which has none, and runs of the characters that spell foreign names in Chinese.
    """
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        if word[0].isupper() and not is_common(word):
            _add(found, word)
    for word in _ARABIC_WORD.findall(text):
        if not is_common(word):
            _add(found, word)
    for word in _CHINESE_RUN.findall(text):
        _add(found, word.strip("·"), least=2)
    return found


def acronyms(text: str) -> Iterator[str]:
    """Names of capitals alone, which all scripts take over as they are: EANSA, PDVSA."""
    yield from _ACRONYM.findall(text)


def _add(found: dict[str, str], word: str, least: int = SHORTEST) -> None:
    key = key_of(word) if least == SHORTEST else sound(word)
    if key and len(key) >= 2:
        found.setdefault(key, _POSSESSIVE.sub("", word))
