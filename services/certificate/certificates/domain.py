"""PURE: why the status of a certificate changes (撤销, 暂停, 复核 and their ends)."""

from typing import Final, Literal

from common.errors import Bilingual
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
    "key_compromised",
    "under_investigation",
    "body_listed",
    "review_ended",
    "listing_ended",
    "suspension_lifted",
    "appeal_upheld",
    "reissued",
    "unchanged",
]

REASONS: Final[dict[ReasonCode, Bilingual]] = {
    "issued_in_error": Bilingual("错误核发", "issued in error"),
    "false_material": Bilingual("申报材料虚假", "false application material"),
    "cheating": Bilingual("评价中舞弊", "cheating in the evaluation"),
    "recognition_withdrawn": Bilingual("评价结果认定被撤回", "recognition of the results withdrawn"),
    "identity_mistaken": Bilingual("持证人身份有误", "holder's identity mistaken"),
    "holder_request": Bilingual("持证人申请", "at the holder's request"),
    "court_decision": Bilingual("依据生效裁判文书", "by a court's decision"),
    "result_corrected": Bilingual("评价结果更正为不合格", "result corrected to not passed"),
    "key_compromised": Bilingual("签发密钥失密", "the signing key was compromised"),
    "under_investigation": Bilingual("正在调查", "under investigation"),
    "body_listed": Bilingual("核发机构被采取监管措施", "a measure against the body that issued it"),
    "review_ended": Bilingual("复核结束", "the review ended"),
    "listing_ended": Bilingual("对核发机构的监管措施解除", "the measure against the body ended"),
    "suspension_lifted": Bilingual("暂停解除", "the suspension was lifted"),
    "appeal_upheld": Bilingual("申诉成立，撤销决定作废", "an appeal was upheld and annulled the revocation"),
    "reissued": Bilingual("更正后重新签发", "signed again after a correction"),
    "unchanged": Bilingual("核发后未作处理", "nothing was decided since its issue"),
}
"""The closed list of reasons (Art. 17, 22); each names a class, details stay in the decision document."""


def number_to_find(text: str) -> str:
    """A number as it is looked up; text that can be none becomes the empty one, which no certificate has."""
    number = normalise_number(text)
    return number if number.isascii() and number.isalnum() else ""
