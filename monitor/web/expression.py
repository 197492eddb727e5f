"""How a rule is set on a page: in lines that follow its branches."""

from __future__ import annotations

import re

LINE = 72
"""What fits in one line stays in it."""

_PART = re.compile(r'"[^"]*"|[()]|\s+OR\s+|[^"()\s]+|\s+|"')


def in_lines(expression: str) -> str:
    """
    An expression with each branch of its outermost OR on a line of its own.

    Line breaks that it brings are kept: whoever wrote them knew why.
    """
    if "\n" in expression or len(expression) <= LINE:
        return expression
    parts = _PART.findall(expression)
    depths = _depths(parts)
    outer = min((depth for depth, part in depths if _is_or(part)), default=None)
    if outer is None:
        return expression
    indent = "\n" + " " * outer
    return "".join(
        f"{indent}OR " if _is_or(part) and depth == outer else part for depth, part in depths
    )


def _is_or(part: str) -> bool:
    return part.strip() == "OR" and part != "OR"


def _depths(parts: list[str]) -> list[tuple[int, str]]:
    """Each part with how many brackets it stands in."""
    depth = 0
    row = []
    for part in parts:
        depth += (part == "(") - (part == ")")
        row.append((depth, part))
    return row
