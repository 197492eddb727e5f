"""levels: counts by the hour, assessments, overrides, silences, edits of indicators"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The counts are filled by the first assessment."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "story_hour",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("hour", instant, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "hour"),
    )
    op.create_table(
        "item_hour",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("hour", instant, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "hour"),
    )
    op.create_index("ix_item_hour_hour", "item_hour", ["hour"], unique=False)
    op.create_table(
        "hit_day",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "feed", "day"),
    )
    op.create_index("ix_hit_day_day", "hit_day", ["day"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("trend", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("shape", sa.Float(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("high_since", instant, nullable=True),
        sa.Column("high_clean", instant, nullable=True),
        sa.Column("elevated_since", instant, nullable=True),
        sa.Column("elevated_clean", instant, nullable=True),
        sa.Column("silent_since", instant, nullable=True),
        sa.Column("rose", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "at"),
    )
    op.create_index("ix_assessment_at", "assessment", ["at"], unique=False)
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("ended", instant, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_override_indicator", "override", ["indicator"], unique=False)
    op.create_table(
        "silence",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("told", instant, nullable=False),
        sa.PrimaryKeyConstraint("indicator", "since"),
    )
    op.create_table(
        "edit",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "at"),
    )
