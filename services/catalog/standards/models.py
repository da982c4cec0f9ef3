"""Standards on record: drafts and those in force, the steps of their lives, the votes on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base
from catalog.standards.life import STEPS


class StandardRow(Base):
    """A standard of one item, in any state. An item has one national standard in force at most."""

    __tablename__ = "standard"
    __table_args__ = (
        Index(
            "uq_standard_national",
            "item_code",
            unique=True,
            postgresql_where=text("kind = 'national' AND state = 'in_force' AND valid_to IS NULL"),
        ),
        Index("ix_standard_item_code", "item_code"),
        Index("ix_standard_planned_year", "planned_year"),
        CheckConstraint("kind IN ('national', 'provincial', 'enterprise_norm')", name="kind"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint(f"state IN ({', '.join(map(repr, STEPS))})", name="state"),
        CheckConstraint("state <> 'in_force' OR valid_from IS NOT NULL", name="in_force"),
        CheckConstraint("regulation IN ('2018', '2023')", name="regulation"),
        CheckConstraint("(kind = 'enterprise_norm') = (scope IS NOT NULL)", name="scope"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    levels: Mapped[list[int]]
    components: Mapped[dict[str, Any]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    edition_id: Mapped[UUID | None] = mapped_column(ForeignKey("edition.id"))
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default="in_force", server_default="in_force")
    planned_year: Mapped[int | None]
    scope: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    committee: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    regulation: Mapped[str] = mapped_column(Text, server_default="2023")
    eligibility: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("standard.id"))
    proposed_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class StandardStep(Base):
    """A step in the life of a standard: where to, on which day, by whom, on which document."""

    __tablename__ = "standard_step"

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    taken_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    document_sha256: Mapped[bytes | None] = mapped_column(LargeBinary, ForeignKey("document.sha256"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class StandardVote(Base):
    """A committee member's vote on a draft; none, with the ground, when a conflict of interest excludes the member.

    `round`: number of the step that brought the draft before the committee; what is returned is voted on anew.
    """

    __tablename__ = "standard_vote"
    __table_args__ = (CheckConstraint("(in_favour IS NULL) = (ground IS NOT NULL)", name="ground"),)

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member: Mapped[str] = mapped_column(Text, primary_key=True)
    in_favour: Mapped[bool | None]
    ground: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class DevelopmentPlan(Base):
    """That the province's plan of a year was published; its entries are the standards planned for the year (Art. 5)."""

    __tablename__ = "development_plan"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_on: Mapped[date]
    document_sha256: Mapped[bytes | None] = mapped_column(LargeBinary, ForeignKey("document.sha256"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
