"""PURE: why a certificate is revoked (撤销), and the refusals around it."""

from typing import Final, Literal

from common.errors import Bilingual, StateConflict
from common.identifiers.certificate_number import normalise_number

ReasonCode = Literal[
    "issued_in_error",
    "false_material",
    "cheating",
    "recognition_withdrawn",
    "identity_mistaken",
    "holder_request",
    "court_decision",
    "result_corrected",
]
State = Literal["valid", "revoked"]

REASONS: Final[dict[ReasonCode, Bilingual]] = {
    "issued_in_error": Bilingual("错误核发", "issued in error"),
    "false_material": Bilingual("申报材料虚假", "false application material"),
    "cheating": Bilingual("评价中舞弊", "cheating in the evaluation"),
    "recognition_withdrawn": Bilingual("评价结果认定被撤回", "recognition of the results withdrawn"),
    "identity_mistaken": Bilingual("持证人身份有误", "holder's identity mistaken"),
    "holder_request": Bilingual("持证人申请", "at the holder's request"),
    "court_decision": Bilingual("依据生效裁判文书", "by a court's decision"),
    "result_corrected": Bilingual("评价结果更正为不合格", "result corrected to not passed"),
}
"""The closed list of reasons (Art. 17, 22); each names a class, details stay in the decision document."""


def number_to_find(text: str) -> str:
    """A number as it is looked up; text that can be none becomes the empty one, which no certificate has."""
    number = normalise_number(text)
    return number if number.isascii() and number.isalnum() else ""


class AlreadyRevoked(StateConflict):
    """Revocation is final and happens once."""

    code = "certificate-already-revoked"
    title = Bilingual("证书已撤销", "Certificate already revoked")
    article = "22"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该证书已被撤销；撤销不可重复或取消，确需恢复的须重新评价并核发新证书。",
                "The certificate is revoked already; a revocation is final, and a new certificate needs a new result.",
            )
        )
