"""what was usual: the bands of charts, worked out on the hour with the levels"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "usual",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("indicator"),
    )
