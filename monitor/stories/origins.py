"""The news agencies that a text names: what Reuters tells is Reuters', whoever prints it."""

from __future__ import annotations

from ahocorasick_rs import AhoCorasick

_WRITTEN = {
    "Reuters": "Reuters|REUTERS|Рейтер|路透|رویترز",
    "AP": "Associated Press|AP|美联社|آسوشیتدپرس",
    "AFP": "Agence France-Presse|AFP|Франс Пресс|法新社|فرانس پرس|فرانس‌پرس",
    "EFE": "EFE|埃菲社|خبرگزاری افه",
    "Bloomberg": "Bloomberg|Блумберг|彭博|بلومبرگ",
    "TASS": "TASS|ТАСС|塔斯社|خبرگزاری تاس",
    "Interfax": "Interfax|Интерфакс|国际文传",
    "RIA": "RIA Novosti|РИА Новости|俄新社|ریانووستی",
    "Xinhua": "Xinhua|Синьхуа|新华社|شینهوا",
    "IRNA": "IRNA|ИРНА|伊通社|ایرنا",
    "Tasnim": "Tasnim|Тасним|تسنیم",
    "Fars": "Fars News|خبرگزاری فارس",
    "dpa": "dpa|DPA|德新社",
    "ANSA": "ANSA|安莎社",
    "Anadolu": "Anadolu|Анадолу|阿纳多卢|آناتولی",
    "Kyodo": "Kyodo|共同社",
    "Yonhap": "Yonhap|韩联社",
    "Prensa Latina": "Prensa Latina",
    "Europa Press": "Europa Press",
}
_NAMES = [(name, agency) for agency, names in _WRITTEN.items() for name in names.split("|")]
_FINDER = AhoCorasick([name for name, _ in _NAMES])


def origins_in(text: str) -> frozenset[str]:
    """The agencies that a text names, in whichever script."""
    return frozenset(
        _NAMES[number][1]
        for number, start, end in _FINDER.find_matches_as_indexes(text, overlapping=True)
        if _stands_alone(text, start, end)
    )


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no Latin word goes on around a name; other scripts bend or join theirs."""
    return not (
        text[end - 1].isascii()
        and (_is_latin(text[start - 1 : start]) or _is_latin(text[end : end + 1]))
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
