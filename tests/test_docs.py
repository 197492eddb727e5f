"""The docs are true: commands, options, settings and keys are told, and links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
import typer.main

from monitor.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MANUAL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def commands():
    """Every command with the names of its options."""

    def walk(command, words):
        if isinstance(command, click.Group) or hasattr(command, "commands"):
            for name, inner in command.commands.items():
                yield from walk(inner, [*words, name])
        else:
            options = [opt for one in command.params for opt in one.opts if opt.startswith("--")]
            yield " ".join(words), options

    yield from walk(typer.main.get_command(app), ["monitor"])


@pytest.mark.parametrize(("command", "options"), list(commands()))
def test_every_command_and_option_is_told(command, options):
    manual = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"`{command}" in manual
    for option in set(options) - {"--help"}:
        assert f"{option}" in manual, f"{command} {option}"


def keys(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys(value)


def test_every_key_of_the_file_is_told():
    schema = json.loads((ROOT / "indicators.schema.json").read_text(encoding="utf-8"))
    manual = (ROOT / "docs" / "indicators-yaml.md").read_text(encoding="utf-8")
    missing = {key for key in keys(schema) if f"`{key}`" not in manual and f"{key}:" not in manual}
    assert missing == set()


@pytest.mark.parametrize("name", ["MONITOR_FILE", "MONITOR_DATABASE", "MONITOR_KEY", ".env"])
def test_every_setting_is_told(name):
    assert name in MANUAL


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_docs_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_no_page_names_a_path_of_a_machine():
    assert not re.findall(r"(?<![\w.])/(?:work|root|home)/", MANUAL)
