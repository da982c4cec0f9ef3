"""Statuses of certificates: decisions, their changes as facts, appeals, and listings of bodies.

Revocations kept so far become changes like all others; `revocation` goes on as a view of what is revoked now.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _decisions()
    _changes()
    _now()
    _appeals()
    _listings()
    _take_over_revocations()


def _decisions() -> None:
    op.create_table(
        "status_decision",
        sa.Column("id", UUID, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column(
            "decided_by",
            sa.Text,
            nullable=False,
            comment="the account, or the service by whose word it follows",
        ),
        sa.Column("region", sa.Text, comment="of who decided; none: the whole province"),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_status_decision"),
        sa.UniqueConstraint("act", "ground", name="uq_status_decision_act_ground"),
        sa.CheckConstraint("state IN ('running', 'completed')", name="ck_status_decision_state"),
    )
    op.create_index(
        "ix_status_decision_running",
        "status_decision",
        ["decided_at"],
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "decided_number",
        sa.Column("decision_id", UUID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("decision_id", "position", name="pk_decided_number"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["status_decision.id"], name="fk_decided_number_decision_id_status_decision"
        ),
    )


def _changes() -> None:
    op.create_table(
        "status_change",
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("act", sa.Text, nullable=False, comment="what was done: an act, `supersede` or `carry`"),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decision_id", UUID, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_status_change"),
        sa.ForeignKeyConstraint(
            ["number"], ["certificate.number"], name="fk_status_change_number_certificate"
        ),
    )
    op.create_index("ix_status_change_number_serial", "status_change", ["number", "serial"])
    op.execute(
        "CREATE TRIGGER status_change_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON status_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "status_serial",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("given", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_status_serial"),
        sa.CheckConstraint("id = 1", name="ck_status_serial_single"),
    )


def _now() -> None:
    op.create_table(
        "certificate_status",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False, comment="place of the newest version"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("open", pg.JSONB, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_certificate_status"),
        sa.ForeignKeyConstraint(
            ["number"], ["certificate.number"], name="fk_certificate_status_number_certificate"
        ),
    )


def _appeals() -> None:
    op.create_table(
        "status_appeal",
        sa.Column("id", UUID, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column(
            "serial",
            sa.BigInteger,
            nullable=False,
            comment="the revocation appealed against: once each",
        ),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("raised_by", UUID, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("reasons", sa.Text),
        sa.Column("decision_document", sa.Text),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", UUID),
        sa.PrimaryKeyConstraint("id", name="pk_status_appeal"),
        sa.UniqueConstraint("serial", name="uq_status_appeal_serial"),
        sa.ForeignKeyConstraint(
            ["number"], ["certificate.number"], name="fk_status_appeal_number_certificate"
        ),
        sa.ForeignKeyConstraint(
            ["serial"], ["status_change.serial"], name="fk_status_appeal_serial_status_change"
        ),
        sa.CheckConstraint("outcome IN ('upheld', 'dismissed')", name="ck_status_appeal_outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="ck_status_appeal_decided"),
    )
    op.create_index("ix_status_appeal_number", "status_appeal", ["number"])


def _listings() -> None:
    op.create_table(
        "listing",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("organisation_id", UUID, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("plans", sa.Text, nullable=False),
        sa.Column("certificates", sa.Text, nullable=False),
        sa.Column("cleared_on", sa.Date),
        sa.PrimaryKeyConstraint("case", name="pk_listing"),
    )
    op.create_index("ix_listing_organisation_id", "listing", ["organisation_id"])


def _take_over_revocations() -> None:
    op.execute(
        """
        INSERT INTO status_change (serial, number, status_index, status, since, act, reason_code,
                                   decision_document, decided_by, decision_id, changed_at)
        SELECT row_number() OVER (ORDER BY r.revoked_at, r.number), r.number,
               coalesce((SELECT v.status_index FROM reissue v WHERE v.number = r.number
                         ORDER BY v.version DESC LIMIT 1), c.status_index),
               'revoked', r.revoked_at, 'revoke', r.reason_code, r.decision_document, r.revoked_by::text,
               gen_random_uuid(), r.revoked_at
          FROM revocation r JOIN certificate c ON c.number = r.number
        """
    )
    op.execute("INSERT INTO status_serial (id, given) SELECT 1, count(*) FROM status_change")
    op.execute(
        """
        INSERT INTO certificate_status (number, status_index, status, since, reason_code, decision_document,
                                        decided_by, open, serial)
        SELECT number, status_index, status, since, reason_code, decision_document, decided_by,
               jsonb_build_array(jsonb_build_object(
                   'kind', 'revoked', 'ground', decision_id::text, 'since', since, 'reason_code', reason_code,
                   'decision_document', decision_document, 'decided_by', decided_by)),
               serial
          FROM status_change
        """
    )
    op.execute("DROP TABLE revocation")
    op.execute(
        """
        CREATE VIEW revocation AS
        SELECT number, reason_code, decision_document, since AS revoked_at, decided_by AS revoked_by
          FROM certificate_status WHERE status = 'revoked'
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW revocation")
    op.create_table(
        "revocation",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text, nullable=False),
        sa.Column("decision_document", sa.Text, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=False),
        sa.Column("revoked_by", UUID, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_revocation"),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_revocation_number_certificate"),
    )
    op.execute(
        "INSERT INTO revocation SELECT number, reason_code, decision_document, since, "
        "CASE WHEN decided_by ~ '^[0-9a-f-]{36}$' THEN decided_by::uuid "
        "ELSE '00000000-0000-0000-0000-000000000000' END "
        "FROM certificate_status WHERE status = 'revoked'"
    )
    op.execute(
        "CREATE TRIGGER revocation_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON revocation "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table in (
        "listing",
        "status_appeal",
        "certificate_status",
        "status_serial",
        "status_change",
        "decided_number",
        "status_decision",
    ):
        op.drop_table(table)
