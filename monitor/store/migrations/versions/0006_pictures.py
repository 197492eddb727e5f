"""pictures: those of a mail wait with it"""

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
