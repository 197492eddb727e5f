"""the habits of feeds, and what may have been lost of them"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NONE = sa.text("0")


def upgrade() -> None:
    with op.batch_alter_table("feed", schema=None) as batch_op:
        for column in (
            sa.Column("skipped", sa.Integer(), nullable=False, server_default=NONE),
            sa.Column("losses", sa.Integer(), nullable=False, server_default=NONE),
            sa.Column("last_loss", sa.DateTime(timezone=True), nullable=True),
            sa.Column("heard_items", sa.Float(), nullable=False, server_default=NONE),
            sa.Column("heard_days", sa.Float(), nullable=False, server_default=NONE),
            sa.Column("longest_silence", sa.Interval(), nullable=True),
        ):
            batch_op.add_column(column)
    with op.batch_alter_table("feed_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("losses", sa.Integer(), nullable=False, server_default=NONE))
