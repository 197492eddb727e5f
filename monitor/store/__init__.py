"""What is kept: SQLModel tables, their migrations, and the questions that are asked of them."""

from __future__ import annotations

from monitor.store.archive import Archive, ClosedDay
from monitor.store.articles import Articles
from monitor.store.database import Database
from monitor.store.outbox import Outbox
from monitor.store.reading import Reading
from monitor.store.records import Known, Records
from monitor.store.tally import Tally

__all__ = [
    "Archive",
    "Articles",
    "ClosedDay",
    "Database",
    "Known",
    "Outbox",
    "Reading",
    "Records",
    "Store",
    "Tally",
]


class Store:
    """One database, and what can be asked of it: records, articles, outbox, reading and more."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.records = Records(self.database)
        self.articles = Articles(self.database)
        self.outbox = Outbox(self.database)
        self.reading = Reading(self.database)
        self.archive = Archive(self.database)
        self.tally = Tally(self.database)

    def upgrade(self) -> tuple[str | None, str]:
        """Bring the schema up to date, and say from which revision to which."""
        return self.database.upgrade()

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
