"""Certificates signed again for a corrected holder: versions beside the certificate, and those that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reissue",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("correction_id", UUID, nullable=False),
        sa.Column("kid", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("id_index", sa.LargeBinary, nullable=False),
        sa.Column("name_index", sa.LargeBinary, nullable=False),
        sa.Column("reissued_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", "version", name="pk_reissue"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_reissue_number_certificate"),
        sa.UniqueConstraint("correction_id", name="uq_reissue_correction_id"),
        sa.UniqueConstraint("status_index", name="uq_reissue_status_index"),
        sa.CheckConstraint("version >= 2", name="ck_reissue_version"),
    )
    op.execute(
        "CREATE TRIGGER reissue_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON reissue "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "reissue_due",
        sa.Column("correction_id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        sa.Column("refused", sa.Text),
        sa.PrimaryKeyConstraint("correction_id", name="pk_reissue_due"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_reissue_due_number_certificate"),
    )
    op.create_index("ix_reissue_due_number", "reissue_due", ["number"])


def downgrade() -> None:
    op.drop_table("reissue_due")
    op.drop_table("reissue")
