"""pictures: those of a mail wait with it; a channel may itself ask for patience"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty = sa.text("'[]'")
    op.add_column(
        "delivery", sa.Column("pictures", sa.JSON(), nullable=False, server_default=empty)
    )
    op.add_column("queue", sa.Column("asked_until", sa.DateTime(timezone=True), nullable=True))
