"""PURE: why somebody may see document numbers in clear, and the refusal of whoever does not say it."""

from typing import Literal, Self

from common.errors import Bilingual, Forbidden

Purpose = Literal["appeal", "correction", "inspection", "court_order", "duplicate_person"]


class PurposeRequired(Forbidden):
    """Document numbers are shown for a stated purpose alone (Personal Information Protection Law, Art. 6, 51)."""

    code = "purpose-required"
    title = Bilingual("须说明用途", "A purpose is required")

    @classmethod
    def told(cls) -> Self:
        return cls(
            Bilingual(
                "查看证件号码须说明用途:请使用 /plans/{plan_id}/identities?purpose=…,每次查看均记入日志。",
                "Document numbers are shown for a stated purpose: ask /plans/{plan_id}/identities?purpose=…; each"
                " look is kept in the journal.",
            )
        )
