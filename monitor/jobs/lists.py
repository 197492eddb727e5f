"""The list in force, as a worker loads it from the database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.config.kept import filled, still_missing
from monitor.config.load import LoadedWatch, load_text
from monitor.config.settings import Settings
from monitor.config.signing import KEY_FILE, KEY_VARIABLE, fingerprint
from monitor.errors import MonitorError
from monitor.model import WatchList
from monitor.store import InForce, Store
from monitor.store.inforce import mark_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is in force, compiled, and what it goes by."""

    loaded: LoadedWatch
    mark: str


def list_in_force(settings: Settings, store: Store, at_hand: LoadedWatch | None = None) -> Listed:
    """
    The list that a service took up last, read from the database unless it is ``at_hand``.

    Addresses that its file writes out are not kept there; they are taken from a
    copy of the file here, if there is one. Raises ``MonitorError`` where something
    is missing without which this machine would not do what the others do.
    """
    said = store.in_force.now()
    source = store.in_force.source(said.revision) if said is not None else None
    if said is None or source is None:
        raise MonitorError(
            "no watch list is in force in this database yet; start monitor run on it where "
            "the list is, and workers take it from there"
        )
    if at_hand is not None and mark_of(at_hand.watch.revision, at_hand.watch.opml) == said.mark:
        return Listed(at_hand, said.mark)
    text = filled(source, settings) if said.left_out else source
    if missing := still_missing(text, said.left_out, settings):
        raise MonitorError(
            f"the list in force writes addresses out that are kept in no database "
            f"({', '.join(sorted(missing))}); name variables there, as in ${{CHAT_URL}}, and set "
            f"them on every machine, or put a copy of the list at {settings.file}"
        )
    loaded = load_text(text, settings.file, settings.env, store.archive.last_opml())
    watch = replace(loaded.watch, revision=said.revision)
    _refuse_other_surroundings(watch, said, settings)
    return Listed(replace(loaded, watch=watch), said.mark)


def _refuse_other_surroundings(watch: WatchList, said: InForce, settings: Settings) -> None:
    """Raise ``MonitorError`` where a channel or the key is not what it is at the service's."""
    here = {one.name for one in watch.channels if one.url is not None}
    if lacking := set(said.channels) - here:
        raise MonitorError(
            f"channels that are set up at the service are not here: "
            f"{', '.join(sorted(lacking))}; set the variables that the list names for them"
        )
    if said.key and said.key != fingerprint(settings):
        raise MonitorError(
            f"links in mails would be signed with another key here than at the service; "
            f"set {KEY_VARIABLE} to the same on every machine, or copy {KEY_FILE} there"
        )
