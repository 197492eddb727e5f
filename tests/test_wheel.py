"""An installed wheel carries what it needs: templates, the shipped list, schema and sample."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built from the checkout and unpacked as an installation would be."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    "name",
    [
        "monitor/_shipped/templates/board.html",
        "monitor/_shipped/templates/mail.css",
        "monitor/_shipped/indicators.yaml",
        "monitor/_shipped/indicators.schema.json",
        "monitor/_shipped/seeds/limits-of-patronage.md",
        "monitor/sample/items.jsonl",
        "monitor/store/migrations/env.py",
        "monitor/web/static/site.css",
        "monitor/py.typed",
    ],
)
def test_the_wheel_carries(installed, name):
    assert (installed / name).is_file()


def test_it_works_away_from_the_checkout(installed, tmp_path):
    shipped = installed / "monitor" / "_shipped"
    (tmp_path / "indicators.yaml").write_bytes((shipped / "indicators.yaml").read_bytes())
    (tmp_path / "seeds").symlink_to(shipped / "seeds")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "digest", "--out", "site"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "Moscow" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
