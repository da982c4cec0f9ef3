"""Two secrets an account, public keys, expiry and last use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UUID = pg.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account_secret",
        sa.Column("id", UUID, nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", UUID),
        sa.Column("expires_on", sa.Date),
        sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_account_secret"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_secret_account_id_account"),
    )
    op.create_index("ix_account_secret_account_id", "account_secret", ["account_id"])
    op.execute(
        "INSERT INTO account_secret (id, account_id, sha256, made_at, made_by)"
        " SELECT gen_random_uuid(), id, secret_sha256, granted_at, granted_by FROM account"
    )
    op.drop_column("account", "secret_sha256")
    op.add_column("account", sa.Column("expires_on", sa.Date))
    op.add_column("account", sa.Column("last_used_at", MOMENT))
    op.create_table(
        "account_key",
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("jwk", pg.JSONB, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", UUID),
        sa.Column("retired_at", MOMENT),
        sa.PrimaryKeyConstraint("account_id", "kid", name="pk_account_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_key_account_id_account"),
    )
    op.create_table(
        "used_assertion",
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("jti_sha256", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "jti_sha256", name="pk_used_assertion"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_used_assertion_account_id_account"),
    )
    op.create_index("ix_used_assertion_expires_at", "used_assertion", ["expires_at"])


def downgrade() -> None:
    op.add_column("account", sa.Column("secret_sha256", sa.LargeBinary))
    op.execute(
        "UPDATE account SET secret_sha256 = (SELECT sha256 FROM account_secret"
        " WHERE account_id = account.id ORDER BY retired_at NULLS FIRST, made_at DESC LIMIT 1)"
    )
    op.alter_column("account", "secret_sha256", nullable=False)
    op.drop_column("account", "last_used_at")
    op.drop_column("account", "expires_on")
    for table in ("used_assertion", "account_key", "account_secret"):
        op.drop_table(table)
