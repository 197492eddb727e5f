"""the ledger: holds, mutes, what was seen, how channels stand; no addresses in kept lists"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AN_ADDRESS = re.compile(r"(?P<before>[\"'\s:])(?P<url>[A-Za-z][\w+.-]*://[^\s\"',}]+)")
CHANNELS = re.compile(r"\bchannels\b[\"']?\s*:(.*?)(?=\n\s*[\"']?routes\b|\Z)", re.DOTALL)
LEFT_OUT = "${ADDRESS_LEFT_OUT}"


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        empty = sa.text("'[]'")
        batch_op.add_column(sa.Column("hits", sa.JSON(), nullable=False, server_default=empty))
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("recipients", sa.JSON(), nullable=False, server_default=empty)
        )
        batch_op.add_column(
            sa.Column("answer", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
        batch_op.create_index("ix_delivery_merged_into", ["merged_into"], unique=False)
    op.create_table(
        "queue",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=True),
        sa.Column("term", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "seen",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "used_link",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_table(
        "trouble",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind"),
    )
    _leave_out_addresses()


def _leave_out_addresses() -> None:
    """Watch lists that are kept held channel addresses as the file wrote them, secrets and all."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("PRAGMA secure_delete = ON"))
    kept = sa.table("revision", sa.column("id"), sa.column("source"))
    for row in list(connection.execute(sa.select(kept.c.id, kept.c.source))):
        source = CHANNELS.sub(_without_addresses, row.source)
        if source != row.source:
            connection.execute(kept.update().where(kept.c.id == row.id).values(source=source))


def _without_addresses(block: re.Match[str]) -> str:
    return AN_ADDRESS.sub(
        lambda found: found["before"] + (found["url"] if "${" in found["url"] else LEFT_OUT),
        block[0],
    )
