"""PURE: which account may be bound to what, who may grant it, and how its secrets are checked (Art. 18(3))."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from common.errors import Bilingual, FieldError, StateConflict
from common.permissions import ORGANISATION_ROLES, REGION_ROLES
from common.regions import covers

Bond = Literal["organisation", "region", "none"]
SECRET_PREFIX: Final = "skills_"  # noqa: S105  # no secret: scanners know a leaked one by it
SECRETS_AT_A_TIME: Final = 2
_NOBODYS_DIGEST: Final = bytes(32)
# Whoever grants accounts grants those below him only: nobody makes his own like.
GRANTED_BY_ORGANISATIONS: Final = frozenset({"plan_filer", "result_recorder", "organisation_reader"})
GRANTED_BY_CENTRES: Final = frozenset({"centre_reviewer", "centre_dispatcher", "supervisor"})


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that has shown its secret."""

    account_id: UUID
    client_id: str
    role: str
    organisation_id: UUID | None
    region: str | None


@dataclass(frozen=True, slots=True)
class Granter:
    """Who grants: a role, and what it is bound to."""

    role: str
    organisation_id: UUID | None
    region: str | None

    def may_grant(self, role: str, *, organisation_id: UUID | None, region: str | None) -> bool:
        """The authority grants every account, an administrator and a centre's head those of their own."""
        match self.role:
            case "authority":
                return True
            case "organisation_administrator":
                is_own = self.organisation_id is not None and organisation_id == self.organisation_id
                return role in GRANTED_BY_ORGANISATIONS and is_own
            case "centre_head":
                is_own = self.region is not None and region is not None and covers(self.region, region)
                return role in GRANTED_BY_CENTRES and is_own
        return False


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of a secret. `expires_on`: its last day."""

    digest: bytes
    expires_on: date | None
    is_retired: bool

    def counts_on(self, day: date) -> bool:
        return not self.is_retired and (self.expires_on is None or day <= self.expires_on)


class TooManySecrets(StateConflict):
    """Two secrets at a time: the old one, and the one that takes its place."""

    article = "18(3)"
    title = Bilingual("密钥过多", "Too many secrets")


def bond_of(role: str) -> Bond:
    """What accounts of a role belong to: an organisation, a region's centre, or (the authority) the province."""
    if role in ORGANISATION_ROLES:
        return "organisation"
    return "region" if role in REGION_ROLES else "none"


def secret_digest(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits, so one SHA-256 is enough: there is nothing to guess through."""
    return hashlib.sha256(secret.encode()).digest()


def is_secret(given: str, digests: Iterable[bytes]) -> bool:
    """Whether a secret is one of those kept, in the same time whatever it is, and also when there is none."""
    known = [*digests][:SECRETS_AT_A_TIME]
    found = False
    for digest in [*known, *[_NOBODYS_DIGEST] * (SECRETS_AT_A_TIME - len(known))]:
        same = hmac.compare_digest(secret_digest(given), digest)
        found = found or (same and digest is not _NOBODYS_DIGEST)
    return found


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
