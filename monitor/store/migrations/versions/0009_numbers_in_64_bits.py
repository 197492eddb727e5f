"""numbers of rows in 64 bits on PostgreSQL; on SQLite they always were"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBERED = ("item", "item_version", "hit", "delivery", "mute", "revision", "placement", "override")
OF_AN_ITEM = ("article", "item_version", "hit", "placement", "story_hand", "search_place")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in NUMBERED:
        op.alter_column(table, "id", type_=sa.BigInteger())
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")
    for table in OF_AN_ITEM:
        op.alter_column(table, "item_id", type_=sa.BigInteger())
