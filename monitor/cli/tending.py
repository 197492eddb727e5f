"""What ``feeds add``, ``remove``, ``import`` and ``export`` do to the list."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import typer

from monitor.cli.options import Exit, count, loaded_of, progress
from monitor.cli.trying import moment, tester_for
from monitor.config.addresses import wrong_address
from monitor.config.checks import ID_HINT, LANG
from monitor.config.editing import Entry, with_feeds, without_feed
from monitor.config.feedlist import entry_of, outline_of
from monitor.config.opml import Outline, read_opml, write_opml
from monitor.config.rewriting import replace_text, rewrite
from monitor.config.settings import Settings
from monitor.config.shape import did_you_mean
from monitor.config.values import ID
from monitor.errors import ConfigError, FeedError, MonitorError
from monitor.feeds.addresses import comparable, feed_id
from monitor.feeds.guard import has_secrets, is_kept_as, without_secrets
from monitor.feeds.search import is_search
from monitor.model import GRADES, WatchList
from monitor.pipeline.trying import Found
from monitor.store import Store

Given = Mapping[str, str | None]
"""What the options say of a feed, by key of indicators.yaml."""


def add(settings: Settings, url: str, name: str | None, given: Given) -> None:
    """Find the feed of an address and write it into the list."""
    _check(name, given)
    addresses = _whole(url)
    watch = loaded_of(settings).watch
    if name is not None and watch.feed(name):
        raise MonitorError(f"there is a feed {name} already; choose another --id")
    known = _known(watch, settings)
    _refuse_twin(known, *addresses)
    found = asyncio.run(_find(watch, addresses))
    if isinstance(found, FeedError):
        _say_no(f"no feed was found at {without_secrets(found.url)}: {found}")
    trial = found.trial
    written = trial.moved_to or trial.feed.url
    _refuse_twin(known, written, trial.feed.url, trial.url)
    ids = {feed.id for feed in watch.feeds}
    chosen = name or feed_id(trial.title, trial.url, ids)
    entry = {"id": chosen, "url": written, **_said(given)}
    rewrite(settings, lambda text: with_feeds(text, [entry]), _adds([entry]))
    _tell_added(chosen, found, watch, given)


def _whole(url: str) -> list[str]:
    """An address as people type it, with its scheme; without one https is tried before http."""
    url = re.sub(r"^feed:(//)?", "", url.strip())
    addresses = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    wrong = wrong_address(addresses[0])
    if wrong:
        raise MonitorError(f"{without_secrets(url)}: {wrong}")
    return addresses


def _check(name: str | None, given: Given) -> None:
    """Refuse an option that the list would refuse, before anybody is asked for the feed."""
    if name is not None and not ID.fullmatch(name):
        raise MonitorError(f"--id {name}: this is no id; {ID_HINT}")
    grade, lang = given.get("grade"), given.get("lang")
    if grade and grade.upper() not in tuple(GRADES):
        raise MonitorError(f"--grade {grade}: one of {GRADES[0]} to {GRADES[-1]}")
    if lang and not LANG.fullmatch(lang):
        raise MonitorError(
            f"--lang {lang}: this is no language code; write two letters, such as es"
        )


def _said(given: Given) -> dict[str, str]:
    said = {key: value for key, value in given.items() if value}
    if "grade" in said:
        said["grade"] = said["grade"].upper()
    return said


def _known(watch: WatchList, settings: Settings) -> dict[str, str]:
    """The feeds' addresses, with those that servers have moved them to for good."""
    known = {comparable(feed.url): feed.id for feed in watch.feeds}
    path = settings.database_url.partition("sqlite:///")[2].partition("?")[0]
    if settings.database_url.startswith("sqlite") and not Path(path).is_file():
        return known
    store = Store(settings.database_url)
    try:
        states = store.records.states()
    except MonitorError:
        return known  # a database that cannot be read holds up nobody who edits the list
    finally:
        store.close()
    for feed in watch.feeds:
        state = states.get(feed.id)
        if state and is_kept_as(feed.url, state.url) and state.moved_to:
            known.setdefault(comparable(state.moved_to), feed.id)
    return known


def _refuse_twin(known: Mapping[str, str], *addresses: str) -> None:
    for address in addresses:
        twin = known.get(comparable(address))
        if twin is not None:
            _say_no(f"the list has this feed already: {twin}")


def _say_no(sentence: str) -> NoReturn:
    print(f"monitor: {sentence}", file=sys.stderr)
    raise typer.Exit(Exit.NO)


async def _find(watch: WatchList, addresses: Sequence[str]) -> Found | FeedError:
    async with tester_for(watch) as tester:
        with progress("Looking for the feed", None) as advance:
            for address in addresses:
                found = await tester.find(address, advance)
                if isinstance(found, Found):
                    break
            return found


def _adds(entries: Sequence[Entry]) -> Callable[[WatchList, WatchList], bool]:
    """Says whether just these feeds came to a list, and nothing else changed in it."""
    added = {str(one["id"]): one["url"] for one in entries}

    def meant(before: WatchList, after: WatchList) -> bool:
        new = {feed.id: feed.url for feed in after.feeds if feed.id in added}
        return new == added and _without(after, added) == _without(before, added)

    return meant


def _without(watch: WatchList, ids: Container[str]) -> WatchList:
    """A list as far as it should stay the same when feeds come or go."""
    feeds = tuple(feed for feed in watch.feeds if feed.id not in ids)
    return replace(watch, feeds=feeds, revision="", source="", kept="")


def _tell_added(chosen: str, found: Found, watch: WatchList, given: Given) -> None:
    trial = found.trial
    newest = f", the newest of {moment(trial.newest, watch)}" if trial.newest else ""
    lang = f"; language {trial.lang}" if trial.lang else ""
    title = f'"{trial.title}": ' if trial.title else ""
    print(f"added {chosen}  {without_secrets(trial.feed.url)}")
    print(f"  {title}{count(trial.items, 'item')}{newest}{lang}")
    if trial.advice and not trial.moved_to:
        print(f"  {trial.advice}")
    if found.others:
        print("  the page names other feeds, too:")
        for other in found.others:
            print(f"    {other.title + '  ' if other.title else ''}{without_secrets(other.url)}")
    if not given.get("grade"):
        print("  graded F, cannot be judged; say grade: in the file when you know better")


def remove(settings: Settings, name: str) -> None:
    """Take the lines of one feed out of the list."""
    watch = loaded_of(settings).watch
    feed = watch.feed(name)
    if feed is None:
        near = did_you_mean(name, [one.id for one in watch.feeds])
        raise MonitorError(f"there is no feed {name}" + (f"; {near}" if near else ""))
    if feed.origin:
        raise MonitorError(f"{name} is not written in the list: it comes from {feed.origin}")

    def meant(before: WatchList, after: WatchList) -> bool:
        return after.feed(name) is None and _without(after, {name}) == _without(before, {name})

    rewrite(settings, lambda text: without_feed(text, name), meant)
    print(f"removed {name}  {without_secrets(feed.url)}; what it brought stays stored")


def import_opml(settings: Settings, source: Path, given: Given) -> None:
    """Write the feeds of an OPML file into the list, except those that it has."""
    _check(None, given)
    watch = loaded_of(settings).watch
    outlines, problems = read_opml(source.read_bytes(), str(source))
    if problems:
        raise ConfigError(problems)
    entries, left_out = _new_entries(outlines, watch, _said(given))
    for line in left_out:
        print(f"{source}:{line}", file=sys.stderr)
    if entries:
        rewrite(settings, lambda text: with_feeds(text, entries), _adds(entries))
    print(
        f"{count(len(entries), 'feed')} added, {len(left_out)} left out"
        + ("; monitor feeds check tries them all" if entries else "")
    )
    if not outlines:
        _say_no(f"no feed stands in {source}; a feed is an outline with an xmlUrl")


def _new_entries(
    outlines: Sequence[Outline], watch: WatchList, given: Mapping[str, str]
) -> tuple[list[Entry], list[str]]:
    """What to write for each outline, and of those left out the line and the reason."""
    known = {comparable(feed.url): feed.id for feed in watch.feeds}
    taken = {feed.id for feed in watch.feeds}
    entries: list[Entry] = []
    left_out = []
    for outline in outlines:
        shown = outline.title or without_secrets(outline.url)
        wrong = wrong_address(outline.url)
        twin = known.get(comparable(outline.url)) if not wrong else None
        if wrong or twin:
            why = wrong or f"the list has it already: {twin}"
            left_out.append(f"{outline.line}: {shown} is left out: {why}")
            continue
        entry = entry_of(outline, taken)
        order = ("id", "url", "lang", "publisher", "grade", "group", "tags", "every", "fulltext")
        whole = {**given, **entry}
        entries.append({key: whole[key] for key in order if key in whole})
        taken.add(str(entry["id"]))
        known[comparable(outline.url)] = str(entry["id"])
    return entries, left_out


def export_opml(settings: Settings, target: Path | None) -> None:
    """Write the feeds as OPML, without what is secret and without searches made from the list."""
    watch = loaded_of(settings).watch
    feeds = [feed for feed in watch.feeds if not is_search(feed)]
    secret = [feed.id for feed in feeds if has_secrets(feed.url)]
    outlines = (
        outline_of(one, without_secrets(one.url) if one.id in secret else one.url) for one in feeds
    )
    text = write_opml(watch.title, outlines)
    if secret:
        names = ", ".join(secret)
        print(f"left out, since it is secret: the password or key of {names}", file=sys.stderr)
    if target is None:
        print(text, end="")
        return
    replace_text(target, text)
    print(f"{count(len(feeds), 'feed')} written to {target}")
