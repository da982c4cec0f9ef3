"""PURE: which reasons there are for which act; of the closed list of all of them (Art. 17, 22)."""

from collections.abc import Mapping
from typing import Final

from certificate.certificates.domain import ReasonCode
from certificate.status.domain import Act
from common.errors import Bilingual, FieldError, Violations

_DOUBTS: Final[frozenset[ReasonCode]] = frozenset(
    {
        "under_investigation",
        "false_material",
        "cheating",
        "recognition_withdrawn",
        "identity_mistaken",
        "body_listed",
        "court_decision",
        "issued_in_error",
    }
)
REASONS_FOR: Final[Mapping[Act, frozenset[ReasonCode]]] = {
    "review": _DOUBTS,
    "end_review": frozenset({"review_ended", "court_decision"}),
    "suspend": _DOUBTS | {"holder_request"},
    "lift": frozenset({"suspension_lifted", "court_decision", "holder_request"}),
    "revoke": frozenset(
        {
            "issued_in_error",
            "false_material",
            "cheating",
            "recognition_withdrawn",
            "identity_mistaken",
            "holder_request",
            "court_decision",
            "result_corrected",
        }
    ),
    "annul": frozenset({"appeal_upheld"}),
}


def check_reason(act: Act, reason_code: ReasonCode) -> None:
    """Raises Violations for a reason that this act cannot have."""
    if reason_code in REASONS_FOR[act]:
        return
    allowed = ", ".join(sorted(REASONS_FOR[act]))
    raise Violations(
        [
            FieldError(
                code="reason-not-for-act",
                detail=Bilingual("该理由不适用于此项处理。", "This reason does not fit what is decided."),
                remedy=Bilingual(f"可用的理由：{allowed}。", f"Reasons that fit: {allowed}."),
                pointer="/reason_code",
                article="22",
            )
        ]
    )
