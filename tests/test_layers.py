"""Imports point one way, and the core touches nothing outside."""

from __future__ import annotations

from importlinter.cli import lint_imports


def test_imports_point_downwards(monkeypatch):
    monkeypatch.chdir(__file__.rsplit("/", 2)[0])
    assert lint_imports(cache_dir=None) == 0
