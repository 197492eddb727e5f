"""What a person names on the command line, found in the store."""

from __future__ import annotations

from monitor.errors import MonitorError
from monitor.store import Store


def item_key(store: Store, wanted: str) -> str:
    """The id of the stored item whose id begins so; raises ``MonitorError`` unless it is one."""
    found = store.records.items_named(wanted)
    if len(found) != 1:
        raise MonitorError(
            f"several items have ids that begin with {wanted}; give more of it"
            if found
            else f"no stored item has an id that begins with {wanted}"
        )
    return found[0].key
