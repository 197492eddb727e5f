"""Freed memory goes back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> bool:
    """
    Hand freed memory back to the system; say whether the C library can do that.

    A few large feeds at once leave the allocator with holes that it keeps for
    ever: measured after 360 hostile feeds, 75 MB of which every byte was free.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(0)
    return True
