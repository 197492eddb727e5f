"""Numbers as values, whether in figures or spelled out, in six languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.stories.dates import MONTHS

_SPELLED = {
    2: "two both twice dos dois duas два две двух двое двоих двум двумя дважды دو",
    3: "three thrice tres três trio три трех трое троих трем тремя سه",
    4: "four cuatro quatro четыре четырех четверо четырем چهار",
    5: "five cinco пять пяти пятеро пятерых پنج",
    6: "six seis шесть шести шестеро شش",
    7: "seven siete sete семь семи семеро هفت",
    8: "eight ocho oito восемь восьми восьмеро هشت",
    9: "nine nueve nove девять девяти نه",
    10: "ten diez dez десять десяти десятерых ده",
    11: "eleven once onze одиннадцать одиннадцати یازده",
    12: "twelve dozen doce docena doze duzia двенадцать двенадцати дюжина дюжины дюжину دوازده",
    13: "thirteen trece treze тринадцать тринадцати سیزده",
    14: "fourteen catorce quatorze четырнадцать четырнадцати چهارده",
    15: "fifteen quince quinze пятнадцать пятнадцати پانزده",
    16: "sixteen dieciseis dezesseis dezasseis шестнадцать шестнадцати شانزده",
    17: "seventeen diecisiete dezessete семнадцать семнадцати هفده",
    18: "eighteen dieciocho dezoito восемнадцать восемнадцати هجده",
    19: "nineteen diecinueve dezenove девятнадцать девятнадцати نوزده",
    20: "twenty veinte vinte двадцать двадцати بیست",
    30: "thirty treinta trinta тридцать тридцати سی",
    40: "forty cuarenta quarenta сорок сорока چهل",
    50: "fifty cincuenta cinquenta пятьдесят пятидесяти پنجاه",
    60: "sixty sesenta sessenta шестьдесят шестидесяти شصت",
    70: "seventy setenta семьдесят семидесяти هفتاد",
    80: "eighty ochenta oitenta восемьдесят восьмидесяти هشتاد",
    90: "ninety noventa девяносто نود",
    100: "hundred cien ciento cem сто ста сотня сотни صد",
    200: "doscientos doscientas duzentos двести двухсот دویست",
    300: "trescientos trescientas trezentos триста трехсот سیصد",
    500: "quinientos quinientas quinhentos пятьсот пятисот پانصد",
}
_SCALES = {
    100: "hundred",
    1_000: "thousand thousands mil miles тысяча тысяч тысячи тысячу тыс هزار 千",
    10_000: "万",
    1_000_000: "million millions mln millon millones milhao milhoes миллион миллиона миллионов"
    " млн میلیون",
    100_000_000: "亿",
    1_000_000_000: "billion billions bn миллиард миллиарда миллиардов млрд bilhao bilhoes میلیارد",
}
_VALUES = {word: value for value, words in _SPELLED.items() for word in words.split()}
_TIMES = {word: scale for scale, words in _SCALES.items() for word in words.split()}
_HAN = {"零": 0, "〇": 0, "两": 2, **{char: n for n, char in enumerate("一二三四五六七八九", 1)}}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_ALL = _HAN.keys() | _HAN_TENS.keys()
_BEGINS = _HAN_ALL | _VALUES.keys()
_FIGURES = frozenset("0123456789")
_HAN_DATES = frozenset("年月日号")
_ARTICLES = {"多", "余"}
YEARS = range(1900, 2101)
MOST_FIGURES = 15
"""A longer row of figures is the number of a form or a telephone, and counts nothing."""


NO_NUMBER = -1.0


@dataclass(frozen=True, slots=True)
class Number:
    """A value, and the tokens it is written in: from ``first`` to before ``end``."""

    value: float
    first: int
    end: int


def numbers_in(tokens: list[str]) -> Iterator[Number]:
    """
    The numbers of a canonical text: 5,000 and 5.000 and five thousand are one.

    Left out are one in words, which is an article in half of the languages, years,
    the days of dates, and the figures of designators (``su 30``).
    """
    end = 0
    for at in [n for n, token in enumerate(tokens) if token in _BEGINS or token[0] in _FIGURES]:
        number = _number_at(tokens, at) if at >= end else None
        if number is None:
            continue
        end = number.end
        if number.value > 1 or (number.value >= 0 and tokens[at].isdigit()):
            yield number


def _number_at(tokens: list[str], at: int) -> Number | None:
    token = tokens[at]
    if token.isascii() and token.isdigit():
        return _figures_at(tokens, at)
    if token in _HAN_ALL:
        return _han_at(tokens, at)
    value = _VALUES.get(token)
    return _scaled(tokens, at, at + 1, float(value)) if value else None


def _figures_at(tokens: list[str], at: int) -> Number | None:
    end, figures = at + 1, tokens[at]
    while end < len(tokens) and len(figures) < 12 and _continues(tokens[at], tokens[end]):
        figures += tokens[end]
        end += 1
    after = tokens[end] if end < len(tokens) else ""
    is_year = len(figures) == 4 == len(tokens[at]) and int(figures) in YEARS and after not in _TIMES
    if is_year or after in _HAN_DATES or _is_day(tokens, at, end):
        return Number(NO_NUMBER, at, end)
    if len(figures) > MOST_FIGURES:
        return Number(NO_NUMBER, at, end)
    return _scaled(tokens, at, end, float(figures))


def _continues(first: str, token: str) -> bool:
    """Whether three figures more are the thousands of the same number."""
    return len(first) <= 3 and len(token) == 3 and token.isascii() and token.isdigit()


def _is_day(tokens: list[str], at: int, end: int) -> bool:
    """Whether figures are the day of a month's name beside them."""
    after = [word for word in tokens[end : end + 2] if word != "de"][:1]
    return not MONTHS.keys().isdisjoint([*tokens[max(at - 1, 0) : at], *after])


def _scaled(tokens: list[str], first: int, end: int, value: float) -> Number:
    while end < len(tokens) and tokens[end] in _ARTICLES:
        end += 1
    scale = _TIMES.get(tokens[end]) if end < len(tokens) else None
    while scale and (value < scale or scale > 1000):
        value *= scale
        end += 1
        scale = _TIMES.get(tokens[end]) if end < len(tokens) else None
        if scale != 1_000_000:  # "mil millones", but no more than that
            break
    return Number(value, first, end)


def _han_at(tokens: list[str], at: int) -> Number | None:
    end = at
    while end < len(tokens) and tokens[end] in _HAN_ALL:
        end += 1
    after = tokens[end] if end < len(tokens) else ""
    if after in _HAN_DATES:
        return Number(NO_NUMBER, at, end)
    return _scaled(tokens, at, end, _han(tokens[at:end]))


def _han(chars: list[str]) -> float:
    total, part = 0, 0
    for char in chars:
        if char in _HAN_TENS:
            total += (part or 1) * _HAN_TENS[char]
            part = 0
        else:
            part = _HAN[char]
    return float(total + part)
