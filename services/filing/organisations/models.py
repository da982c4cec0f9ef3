"""Organisations, the decisions on them (facts that are only added), and their certificate registers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.events.filing import OrganisationKind
from filing.base import Base
from filing.organisations.domain import RequestKind, State


class Organisation(Base):
    """An evaluating body as it applied; what it may evaluate stands in its decisions.

    One living organisation per credit code: `ended_on` is the day of its exit. `version` counts what changes how it is
    shown (ETag).
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("state IN ('applied', 'approved', 'refused')", name="state"),
        Index("uq_organisation_uscc", "uscc", unique=True, postgresql_where=text("ended_on IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    uscc: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OrganisationKind] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text, index=True)
    contact_person_id: Mapped[UUID]
    sealed_contact: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(Text)
    applied_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    version: Mapped[int]


class ScopeRequest(Base):
    """What an organisation asked for: with its application, or later a change of scope or a renewal.

    It waits until a decision names its number.
    """

    __tablename__ = "scope_request"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[RequestKind] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    scope: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    documents: Mapped[list[dict[str, Any]]]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None]


class OrganisationDecision(Base):
    """A decision: approval with scope and validity (also a change of scope), or refusal with reasons."""

    __tablename__ = "organisation_decision"
    __table_args__ = (
        CheckConstraint("approved = (valid_from IS NOT NULL AND valid_to IS NOT NULL)", name="dates"),
        UniqueConstraint("organisation_id", "request_number"),
        ForeignKeyConstraint(
            ["organisation_id", "request_number"],
            ["scope_request.organisation_id", "scope_request.number"],
            name="fk_organisation_decision_scope_request",
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    request_number: Mapped[int | None]
    approved: Mapped[bool]
    scope: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    reasons: Mapped[list[str]]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]


class CertificateRegister(Base):
    """Positions 1–13 of an organisation's certificate numbers; a second site code may be assigned later."""

    __tablename__ = "certificate_register"
    __table_args__ = (UniqueConstraint("province", "site_serial"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(Text)
    organisation_code: Mapped[str] = mapped_column(Text)
    province: Mapped[str] = mapped_column(Text)
    site_serial: Mapped[str] = mapped_column(Text)
    assigned_at: Mapped[datetime]
