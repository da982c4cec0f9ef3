"""Admissions keep what their notice tells of room and time: a session that moves makes new notices."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("admission", sa.Column("site", sa.Text))
    op.add_column("admission", sa.Column("room", sa.Text))
    op.add_column("admission", sa.Column("starts_at", MOMENT))
    op.add_column("admission", sa.Column("ends_at", MOMENT))
    op.execute(
        "UPDATE admission SET site = one ->> 'site_name', room = one ->> 'room',"
        " starts_at = (one ->> 'starts_at')::timestamptz, ends_at = (one ->> 'ends_at')::timestamptz"
        " FROM plan_fact CROSS JOIN LATERAL jsonb_array_elements(plan_fact.sessions) AS one"
        " WHERE plan_fact.plan_id = admission.plan_id"
        " AND (one ->> 'number')::integer = admission.session_number"
    )


def downgrade() -> None:
    for name in ("ends_at", "starts_at", "room", "site"):
        op.drop_column("admission", name)
