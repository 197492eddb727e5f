"""Files that come with the program: templates, the shipped list, its schema, the sample news."""

from __future__ import annotations

from pathlib import Path

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
