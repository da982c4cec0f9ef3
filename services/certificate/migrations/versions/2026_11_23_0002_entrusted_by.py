"""The employer on whose behalf a plan was carried out stands on its certificates (Art. 12)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_fact", sa.Column("entrusted_by", sa.Text, comment="employer that entrusted it"))
    op.add_column("certificate", sa.Column("entrusted_by", sa.Text))


def downgrade() -> None:
    op.drop_column("certificate", "entrusted_by")
    op.drop_column("plan_fact", "entrusted_by")
