"""PURE: which account may be bound to what, and how its secret is made and checked."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from common.errors import Bilingual, FieldError
from common.permissions import ORGANISATION_ROLES, REGION_ROLES

Bond = Literal["organisation", "region", "none"]
SECRET_PREFIX: Final = "skills_"  # noqa: S105  # no secret: scanners know a leaked one by it
_NOBODYS_DIGEST: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that has shown its secret."""

    account_id: UUID
    client_id: str
    role: str
    organisation_id: UUID | None
    region: str | None


def bond_of(role: str) -> Bond:
    """What accounts of a role belong to: an organisation, a region's centre, or (the authority) the province."""
    if role in ORGANISATION_ROLES:
        return "organisation"
    return "region" if role in REGION_ROLES else "none"


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits, so one SHA-256 is enough: there is nothing to guess through."""
    return hashlib.sha256(secret.encode()).digest()


def is_secret(given: str, digest: bytes | None) -> bool:
    """Whether a secret is the one kept, in the same time whatever it is, and also when there is no such account."""
    same = hmac.compare_digest(secret_digest(given), digest if digest is not None else _NOBODYS_DIGEST)
    return same and digest is not None


def bond_problems(
    role: str, *, organisation_id: UUID | None, organisation_state: str | None, region: str | None
) -> tuple[FieldError, ...]:
    """What is wrong with the bond of an account to be granted: too little, too much, or not there."""
    wanted = bond_of(role)
    problems = []
    if (organisation_id is not None) != (wanted == "organisation"):
        problems.append(_bond_problem("/organisation_id", expected=wanted == "organisation"))
    elif organisation_id is not None and organisation_state != "approved":
        problems.append(
            FieldError(
                pointer="/organisation_id",
                code="organisation-not-approved",
                article="12",
                detail=Bilingual(
                    "该机构不存在或未获批准。", "There is no such organisation, or it is not approved."
                ),
                remedy=Bilingual(
                    "请先完成机构审批,再授予账户。", "Approve the organisation first, then grant the account."
                ),
            )
        )
    if (region is not None) != (wanted == "region"):
        problems.append(_bond_problem("/region", expected=wanted == "region"))
    return tuple(problems)


def _bond_problem(pointer: str, *, expected: bool) -> FieldError:
    return FieldError(
        pointer=pointer,
        code="account-bond",
        article="18(3)",
        detail=Bilingual(
            "账户角色与所属对象不符。", "The role does not go with what the account belongs to."
        ),
        remedy=Bilingual("此角色须填写该项。", "This role needs it.")
        if expected
        else Bilingual("此角色不填该项。", "Leave it out for this role."),
    )
