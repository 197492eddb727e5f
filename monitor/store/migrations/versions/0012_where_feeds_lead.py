"""the other hosts that feeds lead to, so that these are asked by one worker at a time"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("led_to", sa.Text(), nullable=True))
    some = sa.text("led_to IS NOT NULL")
    op.create_index("ix_feed_led_to", "feed", ["led_to"], sqlite_where=some, postgresql_where=some)
