"""PURE: the status of a certificate, what may be decided about it when, and what it is told as (Art. 17, 22).

Measures are opened and ended; each has a ground. The gravest one that is open is the status, so a suspension that is
lifted gives way to a review that still runs, and an annulled revocation to whatever was open before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from common.errors import Bilingual, StateConflict
from common.events.certificate import CertificateStatus

Status = CertificateStatus
Kind = Literal["under_review", "suspended", "revoked"]
Act = Literal["review", "end_review", "suspend", "lift", "revoke", "annul"]

BITS: Final = 4
WIRE: Final[Mapping[Status, int]] = MappingProxyType(
    {"valid": 0x00, "revoked": 0x01, "suspended": 0x02, "under_review": 0x03, "superseded": 0x0B}
)
"""Values in the lists: 0 to 2 as the IETF registers them, 3 and 0x0B of those it leaves to applications."""
OF_WIRE: Final[Mapping[int, Status]] = MappingProxyType({value: status for status, value in WIRE.items()})

OPENS: Final[Mapping[Act, Kind]] = MappingProxyType(
    {"review": "under_review", "suspend": "suspended", "revoke": "revoked"}
)
ENDS: Final[Mapping[Act, Kind]] = MappingProxyType(
    {"end_review": "under_review", "lift": "suspended", "annul": "revoked"}
)
MAY_FOLLOW: Final[Mapping[Act, frozenset[Status]]] = MappingProxyType(
    {
        "review": frozenset({"valid"}),
        "end_review": frozenset({"under_review"}),
        "suspend": frozenset({"valid", "under_review"}),
        "lift": frozenset({"suspended"}),
        "revoke": frozenset({"valid", "under_review", "suspended"}),
        "annul": frozenset({"revoked"}),
    }
)
"""Which status an act may find. `annul` is no command of its own: only an appeal that is upheld says it."""
_GRAVITY: Final[tuple[Kind, ...]] = ("revoked", "suspended", "under_review")
NAMES: Final[Mapping[Status, Bilingual]] = MappingProxyType(
    {
        "valid": Bilingual("有效", "valid"),
        "suspended": Bilingual("暂停使用", "suspended"),
        "under_review": Bilingual("复核中", "under review"),
        "revoked": Bilingual("已撤销", "revoked"),
        "superseded": Bilingual("已被新版本取代", "superseded"),
    }
)


@dataclass(frozen=True, slots=True)
class Measure:
    """An open measure. `ground` tells it from others of its kind: the decision, the case or the batch behind it."""

    kind: Kind
    ground: str
    since: datetime
    reason_code: str
    decision_document: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The measures that are open on a certificate, in the order in which they were opened."""

    open: tuple[Measure, ...] = ()

    @property
    def deciding(self) -> Measure | None:
        """The gravest open measure, the earliest of its kind."""
        return next((one for kind in _GRAVITY for one in self.open if one.kind == kind), None)

    @property
    def status(self) -> Status:
        return "valid" if self.deciding is None else self.deciding.kind

    def has(self, kind: Kind, ground: str) -> bool:
        return any((one.kind, one.ground) == (kind, ground) for one in self.open)


class StatusConflict(StateConflict):
    """What is decided does not follow on the status that the certificate has."""

    article = "22"

    def __init__(self, status: Status) -> None:
        name = NAMES[status]
        final = (
            Bilingual(
                "；撤销不可重复或取消，确需恢复的须经申诉，或重新评价并核发新证书",
                "; a revocation is final: an appeal may annul it, or a new result gives a new certificate",
            )
            if status == "revoked"
            else Bilingual("", "")
        )
        super().__init__(
            Bilingual(
                f"该证书当前状态为“{name.zh}”，不能作此处理{final.zh}。",
                f"The certificate is {name.en}, so this cannot be decided now{final.en}.",
            ),
            state=status,
        )


def decided(standing: Standing, act: Act, measure: Measure) -> Standing:
    """What a decision about one certificate makes of it. Raises StatusConflict."""
    if standing.status not in MAY_FOLLOW[act]:
        raise StatusConflict(standing.status)
    if act in OPENS:
        return opened(standing, measure)
    return replace(standing, open=tuple(one for one in standing.open if one.kind != ENDS[act]))


def opened(standing: Standing, measure: Measure) -> Standing:
    """With a measure that follows by rule from another decision: once for its ground, and never on a revoked one."""
    if standing.status == "revoked" or standing.has(measure.kind, measure.ground):
        return standing
    return replace(standing, open=(*standing.open, measure))


def ended(standing: Standing, kind: Kind, ground: str) -> Standing:
    """Without the measure of one ground; others of its kind stay."""
    kept = tuple(one for one in standing.open if (one.kind, one.ground) != (kind, ground))
    return replace(standing, open=kept)
