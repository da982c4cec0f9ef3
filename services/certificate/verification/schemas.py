"""HTTP shapes of verification."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from certificate.certificates.schemas import NUMBER_EXAMPLE
from certificate.verification.domain import Finding, State, Verdict
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


class VerificationOut(Output):
    """The verdict, with its reasons and the time of the check; `unprovable` is neither valid nor not valid."""

    verdict: Verdict
    state: State
    reasons: list[ReasonOut]
    checked_at: datetime
    certificate: VerifiedCertificateOut | None = None

    @classmethod
    def of(cls, found: Finding) -> Self:
        return cls(
            verdict=found.verdict,
            state=found.state,
            reasons=[
                ReasonOut(code=reason.code, detail_zh=reason.detail.zh, detail_en=reason.detail.en)
                for reason in found.reasons
            ],
            checked_at=found.checked_at,
            certificate=_shown(found),
        )


def _shown(found: Finding) -> VerifiedCertificateOut | None:
    """From the register; while that cannot be read, what the signature proves."""
    if found.holder is None:
        return None
    if found.registered is not None:
        facts: dict[str, Any] = {
            name: getattr(found.registered, name)
            for name in (
                "number",
                "kind",
                "level",
                "item_code",
                "item_name",
                "organisation_name",
                "entrusted_by",
                "issued_on",
                "kid",
            )
        }
        facts["revoked_at"] = found.registered.revoked_at
    elif found.claims is not None:
        claims = found.claims.claims
        facts = {
            "number": claims.number,
            "kind": found.claims.kind,
            "level": found.claims.level,
            "item_code": claims.item_code,
            "item_name": None,
            "organisation_name": found.claims.issuer,
            "issued_on": claims.issued_on,
            "kid": found.claims.kid,
        }
    else:
        return None
    return VerifiedCertificateOut(
        **facts,
        kind_name=KINDS[facts["kind"]].zh,
        holder=found.holder,
        level_name=level_name(facts["kind"], facts["level"]),
    )


def level_name(kind: Kind, level: int | None) -> str | None:
    """`三级/高级工`, as certificates print it; special ability certificates have no level."""
    if kind == "special_ability" or level is None:
        return None
    return Grade(level).zh
