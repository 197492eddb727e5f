"""Files that come with the program: templates, the shipped list, its schema, the sample news."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """
    Where a file or folder that is shipped stands: ``templates``, ``indicators.yaml``.

    An installed package carries them inside; in a checkout they stand at the
    root of the repository. Raises ``FileNotFoundError`` where neither has it.
    """
    for folder in (_PACKAGE / "_shipped", _PACKAGE, _PACKAGE.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"{name} did not come with this installation")


STYLE = "web/static"
"""Where the style sheets, the script and the drawings of the pages stand in the package."""


@cache
def style_names() -> Mapping[str, str]:
    """
    What each file of the style is called on the service: with a hash of what it holds.

    So a browser may keep it for ever, and asks for a newer one by another name.
    """
    names = {}
    for file in sorted(shipped(STYLE).iterdir()):
        mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        names[file.name] = f"{file.stem}.{mark}{file.suffix}"
    return MappingProxyType(names)
