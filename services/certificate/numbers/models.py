"""Registers of bodies, and how far each series has been taken."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from certificate.base import Base
from common.certificate_code import Kind


class Register(Base):
    """A register that a body's numbers are taken from; a body may have several over time, the newest is used."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "code"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organisation_id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)


class StationCounter(Base):
    """How many institution codes of 16-digit numbers were given under a prefix."""

    __tablename__ = "station_counter"

    prefix: Mapped[str] = mapped_column(Text, primary_key=True)
    last_station: Mapped[int] = mapped_column(Integer)


class SeriesRow(Base):
    """The last serial taken from a series. It only rises, in the transaction that issues."""

    __tablename__ = "series"
    __table_args__ = (CheckConstraint("last_serial BETWEEN 0 AND 999999", name="capacity"),)

    kind: Mapped[Kind] = mapped_column(Text, primary_key=True)
    register: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last_serial: Mapped[int] = mapped_column(Integer)
