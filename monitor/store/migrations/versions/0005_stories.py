"""stories: what they are, where each item was put, what they speak to, what a person decided"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("publishers", sa.Integer(), nullable=False),
        sa.Column("independent", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("credibility", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_story_first", "story", ["first"], unique=False)
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("is_update", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id"),
    )
    for name in ("story", "told", "at"):
        op.create_index(f"ix_placement_{name}", "placement", [name], unique=False)
    op.create_table(
        "story_indicator",
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("first", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("story", "indicator"),
    )
    op.create_index(
        "ix_story_indicator_first", "story_indicator", ["indicator", "first"], unique=False
    )
    op.create_index("ix_story_indicator_seen", "story_indicator", ["first"], unique=False)
    op.create_table(
        "story_hand",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_index("ix_story_hand_story", "story_hand", ["story"], unique=False)
    op.create_table(
        "rarity",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    _each_item_a_story()


def _each_item_a_story() -> None:
    """
    Give every stored item with hits a story of its own, as it was counted until now.

    The first start with a watch list groups them; that needs its word lists.
    """
    connection = op.get_bind()
    for statement in (PLACEMENTS, STORIES, SPOKEN):
        connection.execute(sa.text(statement))
    if connection.scalar(sa.text("SELECT count(*) FROM placement")):
        fact = "INSERT INTO fact (name, value) VALUES ('stories', 'to be grouped')"
        connection.execute(sa.text(fact))


PLACEMENTS = """
INSERT INTO placement (item_id, story, told, at, reason, score, is_update, by_hand)
SELECT item.id, item.key, min(hit.seen), min(hit.found), '', 0.0, false, false
FROM item JOIN hit ON hit.item_id = item.id
GROUP BY item.id, item.key
ORDER BY min(hit.found), min(hit.seen), item.key
"""
STORIES = """
INSERT INTO story (id, first, last, live, headline, items, publishers, independent, grade,
                   credibility, judged, by_hand)
SELECT item.key, min(hit.seen), max(hit.seen), NOT (item.backfill AND min(hit.seen) = item.seen),
       item.title, 1, 1, 1, 'F', 6, NULL, false
FROM item JOIN hit ON hit.item_id = item.id
GROUP BY item.id, item.key, item.backfill, item.seen, item.title
"""
SPOKEN = """
INSERT INTO story_indicator (story, indicator, first, last, signals, items)
SELECT item.key, hit.indicator, hit.seen, hit.seen, hit.signals, 1
FROM item JOIN hit ON hit.item_id = item.id
"""
