"""HTTP shapes of verification."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from certificate.certificates.schemas import NUMBER_EXAMPLE
from certificate.verification.domain import Finding, InputName, InputState, State, Verdict
from common.certificate_code import LONGEST_TEXT, Kind
from common.errors import Bilingual
from common.grades import Grade
from common.schemas import Input, Output, refused

KINDS: dict[Kind, Bilingual] = {
    "skill_level": Bilingual("职业技能等级证书", "Skill Level Certificate"),
    "national_qualification": Bilingual("国家职业资格证书", "National Vocational Qualification Certificate"),
    "special_ability": Bilingual("专项职业能力证书", "Special Ability Certificate"),
}


class VerificationIn(Input):
    """Either a code (or its URL), or a certificate number with the holder's full name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": NUMBER_EXAMPLE, "name": "张三"}, {"code": "2KCE3IQBEYCERMDRLZTJGSIGZSQF"}]
        }
    )

    code: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)] | None = None
    number: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    on: date | None = Field(default=None, description="was it valid on that day?", examples=["2026-03-01"])

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_code = self.code is not None and self.number is None and self.name is None
        by_number = self.code is None and self.number is not None and self.name is not None
        if not by_code and not by_number:
            raise refused(
                "one-way-to-verify",
                Bilingual(
                    "须填写证书码，或同时填写证书编号和姓名。", "Give a code, or a number with a name."
                ),
                Bilingual("二者选一，不要同时提交。", "Send one of the two ways, not both."),
            )
        return self


class ReasonOut(Output):
    code: str = Field(examples=["registered"])
    detail_zh: str
    detail_en: str
    since: datetime | None = None


class InputOut(Output):
    """Something that the verdict rests on: `fresh`, `old` (as of `seen_at`), or `missing` at the moment."""

    name: InputName
    state: InputState
    seen_at: datetime | None = None


class VerifiedCertificateOut(Output):
    """What may be shown of a certificate to whoever verifies it; the holder is masked."""

    number: str = Field(examples=[NUMBER_EXAMPLE])
    kind: Kind
    kind_name: str = Field(examples=["职业技能等级证书"])
    holder: str = Field(examples=["张*"])
    item_code: str = Field(examples=["6-31-01-03"])
    item_name: str | None = Field(examples=["电工"])
    level: int | None = Field(examples=[3])
    level_name: str | None = Field(examples=["三级/高级工"])
    organisation_name: str | None
    entrusted_by: str | None = Field(default=None, description="employer on whose behalf it was evaluated")
    issued_on: date
    revoked_at: datetime | None = None
    kid: str


class LegacyCertificateOut(Output):
    """A certificate of the time before, with where it comes from and how good that evidence is."""

    number: str
    holder: str
    item_name: str
    level: int | None
    issuer: str
    issued_on: date
    source: str
    evidence: Literal["original_register", "archive_scan", "declared"]


class VerificationOut(Output):
    """The verdict, with its reasons and the time of the check; `unprovable` is neither valid nor not valid."""

    verdict: Verdict
    state: State
    reasons: list[ReasonOut]
    checked_at: datetime
    since: datetime | None = Field(default=None, description="when the state began, where it is not `valid`")
    on: date | None = Field(default=None, description="the day that was asked about")
    inputs: list[InputOut] = Field(description="what the verdict rests on, and how fresh each of it is")
    certificate: VerifiedCertificateOut | None = None
    legacy: LegacyCertificateOut | None = None

    @classmethod
    def of(cls, found: Finding) -> Self:
        return cls(
            verdict=found.verdict,
            state=found.state,
            reasons=[
                ReasonOut(
                    code=reason.code,
                    detail_zh=reason.detail.zh,
                    detail_en=reason.detail.en,
                    since=reason.since,
                )
                for reason in found.reasons
            ],
            checked_at=found.checked_at,
            since=found.since,
            on=found.on,
            inputs=[
                InputOut(name=used.name, state=used.state, seen_at=used.seen_at) for used in found.inputs
            ],
            certificate=_shown(found),
            legacy=_legacy(found),
        )


def _legacy(found: Finding) -> LegacyCertificateOut | None:
    if found.legacy is None or found.holder is None:
        return None
    return LegacyCertificateOut(**asdict(found.legacy), holder=found.holder)


def _shown(found: Finding) -> VerifiedCertificateOut | None:
    """What was signed, with names beside it from the register; while that cannot be read, from memory."""
    if found.holder is None:
        return None
    facts = _facts(found)
    if facts is None:
        return None
    return VerifiedCertificateOut(
        **facts,
        kind_name=KINDS[facts["kind"]].zh,
        holder=found.holder,
        level_name=level_name(facts["kind"], facts["level"]),
        revoked_at=found.since if found.state == "revoked" else None,
    )


def _facts(found: Finding) -> dict[str, Any] | None:
    names = ("number", "kind", "level", "item_code", "item_name", "organisation_name", "entrusted_by")
    if found.registered is not None:
        return {name: getattr(found.registered, name) for name in (*names, "issued_on", "kid")}
    if found.claims is None:
        return None
    claims = found.claims.claims
    return {
        "number": claims.number,
        "kind": found.claims.kind,
        "level": found.claims.level,
        "item_code": claims.item_code,
        "item_name": found.names.item,
        "organisation_name": found.names.organisation or found.claims.issuer,
        "issued_on": claims.issued_on,
        "kid": found.claims.kid,
    }


def level_name(kind: Kind, level: int | None) -> str | None:
    """`三级/高级工`, as certificates print it; special ability certificates have no level."""
    if kind == "special_ability" or level is None:
        return None
    return Grade(level).zh


class StatementOut(Output):
    """A verdict, and the same verdict signed."""

    statement: str = Field(
        description="compact JWS (RFC 7515), `typ` verification+jwt, ES256",
        examples=["eyJhbGciOiJFUzI1NiIs…"],
    )
    verification: VerificationOut
