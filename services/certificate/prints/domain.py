"""PURE: what a printed certificate says, field by field (national field list of 人社鉴发〔2021〕1号; Art. 19)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from certificate.verification.domain import last_day_of
from common.certificate_code import Kind
from common.errors import Bilingual
from common.grades import Grade
from common.identifiers.documents import DocumentType

NONE: Final = "--"  # an empty field is never left empty
TITLES: Final[dict[Kind, Bilingual]] = {
    "skill_level": Bilingual("职业技能等级证书", "Certificate of Vocational Skill Level"),
    "national_qualification": Bilingual("国家职业资格证书", "National Vocational Qualification Certificate"),
    "special_ability": Bilingual("专项职业能力证书", "Certificate of Special Vocational Ability"),
}
BODIES: Final[dict[Kind, Bilingual]] = {
    "skill_level": Bilingual(
        "本证书由{organisation}颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应技能等级水平。",
        "This certificate is issued by {organisation}. The holder has passed its evaluation of vocational skill "
        "and has attained the level named below in this occupation.",
    ),
    "national_qualification": Bilingual(
        "本证书由{organisation}颁发，表明持证人通过国家职业资格考核鉴定，具备该职业相应的职业资格。",
        "This certificate is issued by {organisation}. The holder has passed the examination for the national "
        "vocational qualification named below.",
    ),
    "special_ability": Bilingual(
        "本证书由{organisation}颁发，表明持证人通过专项职业能力考核，具备该专项职业能力。",
        "This certificate is issued by {organisation}. The holder has passed the assessment of the special "
        "vocational ability named below.",
    ),
}


NATIONAL_QUERIES: Final[dict[Kind, str]] = {
    "skill_level": "jndj.osta.org.cn, pjjg.osta.org.cn",
    "national_qualification": "zscx.osta.org.cn",
    "special_ability": "",
}
LONG_TERM: Final = Bilingual("长期有效", "No expiry")
Purpose = Literal["first", "reprint", "lost"]
"""Why a sheet came to be: the first of a version, another one, or one for a sheet that was lost."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the operator adds to every sheet: the province's own query address, and what is said of validity.

    `validity_years`: by item code, where a standard limits them; `is_long_term`: say of others that they do not end.
    """

    provincial_url: str = ""
    is_long_term: bool = False
    validity_years: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Print:
    """A certificate with its holder in clear, on its way to paper."""

    kind: Kind
    level: int
    number: str
    item_code: str
    item_name: str
    organisation_name: str
    issued_on: date
    kid: str
    url: str
    query_url: str
    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    entrusted_by: str | None = None
    specimen: bool = False
    version: int = 1
    serial: int = 1
    imprint: Imprint = field(default_factory=Imprint)
    log_proof: Mapping[str, Any] | None = None


def fields_of(print_: Print) -> dict[str, str | bool]:
    """The values of the template by name."""
    kind, organisation = print_.kind, print_.organisation_name
    level = None if kind == "special_ability" else Grade(print_.level)
    special = kind == "special_ability"
    qualification = kind == "national_qualification"
    validity = _validity(print_)
    return {
        "kind": kind,
        "title": TITLES[kind].zh,
        "title_en": TITLES[kind].en,
        "body": BODIES[kind].zh.format(organisation=organisation),
        "body_en": BODIES[kind].en.format(organisation=organisation),
        "name": print_.name,
        "id_type": _id_type(print_.id_type),
        "id_number": print_.id_number,
        "item_label": "专项职业能力" if special else "职业名称",
        "item_label_en": "Special ability" if special else "Occupation",
        "item": print_.item_name,
        "specialisation": NONE,
        "level_label": "职业资格等级" if qualification else "职业技能等级",
        "level_label_en": "Qualification level" if qualification else "Skill level",
        "level": NONE if level is None else level.zh,
        "level_en": "" if level is None else level.en,
        "number": print_.number,
        "organisation": organisation,
        "entrusted_by": print_.entrusted_by or "",
        "issued_on": _day(print_.issued_on),
        "query_url": print_.query_url,
        "provincial_url": print_.imprint.provincial_url,
        "national_url": NATIONAL_QUERIES[kind],
        "validity": validity.zh,
        "validity_en": validity.en,
        "serial": f"{print_.serial:04d}",
        "version": str(print_.version),
        "kid": print_.kid,
        "specimen": print_.specimen,
    }


def _validity(print_: Print) -> Bilingual:
    """The last day where there is one; 长期有效 only where the operator wants it said; else nothing."""
    last_day = last_day_of(print_.issued_on, print_.imprint.validity_years.get(print_.item_code))
    if last_day is not None:
        return Bilingual(f"至{_day(last_day)}", f"until {last_day}")
    return LONG_TERM if print_.imprint.is_long_term else Bilingual("", "")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def attachment_of(print_: Print) -> dict[str, Any]:
    """What the file carries for programs (`certificate.json`): nothing that the page and its QR code do not say."""
    plain: dict[str, Any] = {"number": print_.number, "version": print_.version, "code": print_.url}
    return plain if print_.log_proof is None else plain | {"log_proof": dict(print_.log_proof)}


def _id_type(kind: str) -> str:
    return DocumentType(kind).zh if kind in set(DocumentType) else kind
