"""What is kept: SQLModel tables, their migrations, and the questions that are asked of them."""

from __future__ import annotations

from monitor.errors import StoreError
from monitor.store.access import Access
from monitor.store.archive import Archive, ClosedDay
from monitor.store.articles import Articles
from monitor.store.counts import HourCounts
from monitor.store.database import Database
from monitor.store.due import Due
from monitor.store.edits import Edit, Edits
from monitor.store.facts import Facts
from monitor.store.inforce import InForce, ListInForce
from monitor.store.items import Items
from monitor.store.known import Known
from monitor.store.ledger import Ledger
from monitor.store.levels import Levels
from monitor.store.listing import Listing
from monitor.store.mutes import Mutes
from monitor.store.outbox import Outbox
from monitor.store.owning import OwnedError, refuse_owned
from monitor.store.queues import Queues
from monitor.store.reading import Reading
from monitor.store.records import Records
from monitor.store.rematching import Change, Rematching
from monitor.store.retention import Retention
from monitor.store.search import Search
from monitor.store.stories import Stories
from monitor.store.tally import Tally
from monitor.store.troubles import Troubles
from monitor.store.usual import Usual

__all__ = [
    "Access",
    "Archive",
    "Articles",
    "Change",
    "ClosedDay",
    "Database",
    "Due",
    "Edit",
    "Edits",
    "Facts",
    "HourCounts",
    "InForce",
    "Items",
    "Known",
    "Ledger",
    "Levels",
    "ListInForce",
    "Listing",
    "Mutes",
    "Outbox",
    "Queues",
    "Reading",
    "Records",
    "Rematching",
    "Retention",
    "Search",
    "Store",
    "Stories",
    "Tally",
    "Troubles",
    "Usual",
]


class Store:
    """One database, and all that can be asked of it, by subject."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self._url = url
        self.records = Records(self.database)
        self.due = Due(self.database)
        self.articles = Articles(self.database)
        self.stories = Stories(self.database)
        self.items = Items(self.database)
        self.rematching = Rematching(self.database)
        self.counts = HourCounts(self.database)
        self.levels = Levels(self.database)
        self.usual = Usual(self.database)
        self.edits = Edits(self.database)
        self.outbox = Outbox(self.database)
        self.queues = Queues(self.database)
        self.ledger = Ledger(self.database)
        self.mutes = Mutes(self.database)
        self.troubles = Troubles(self.database)
        self.reading = Reading(self.database)
        self.archive = Archive(self.database)
        self.in_force = ListInForce(self.database)
        self.facts = Facts(self.database)
        self.tally = Tally(self.database)
        self.listing = Listing(self.database)
        self.search = Search(self.database)
        self.access = Access(self.database)
        self.retention = Retention(self.database, self.search, self.database.turn)

    def upgrade(self) -> tuple[str | None, str]:
        """
        Bring the schema up to date, and say from which revision to which.

        Raises ``StoreError`` where a service of another version works on it.
        """
        if not self.database.is_current():
            try:
                refuse_owned(self._url)
            except OwnedError as error:
                raise StoreError(
                    f"{error}, whose version is another; end it, and its database can be changed"
                ) from error
        return self.database.upgrade()

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
