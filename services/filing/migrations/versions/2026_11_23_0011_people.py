"""Persons behind accounts, their passwords and one-time codes, and who they are at other issuers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", UUID, nullable=False),
        sa.Column("id_index", sa.LargeBinary, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("id_index", name="uq_person_id_index"),
    )
    op.create_table(
        "account_holder",
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        sa.Column("bound_by", UUID, nullable=False),
        sa.Column("enrolment_sha256", sa.LargeBinary),
        sa.Column("enrolment_ends", MOMENT),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("password_digest", sa.LargeBinary),
        sa.Column("sealed_totp", sa.Text),
        sa.Column("last_step", sa.Integer),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", MOMENT),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_holder"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_holder_account_id_account"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_holder_person_id_person"),
    )
    op.create_index("ix_account_holder_person_id", "account_holder", ["person_id"])
    op.create_table(
        "oidc_identity",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        sa.Column("bound_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_oidc_identity"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_oidc_identity_account_id_account"),
    )
    op.create_index("ix_oidc_identity_account_id", "oidc_identity", ["account_id"])


def downgrade() -> None:
    for table in ("oidc_identity", "account_holder", "person"):
        op.drop_table(table)
