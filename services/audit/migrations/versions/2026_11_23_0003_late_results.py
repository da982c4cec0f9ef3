"""When a batch came, the limit it came under, and why it was admitted late."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_fact", sa.Column("received_on", sa.Date))
    op.add_column("batch_fact", sa.Column("workdays_allowed", sa.Integer))
    op.add_column("batch_fact", sa.Column("admitted_late", sa.Text))


def downgrade() -> None:
    op.drop_column("batch_fact", "admitted_late")
    op.drop_column("batch_fact", "workdays_allowed")
    op.drop_column("batch_fact", "received_on")
