"""PURE: what a holder may let others see of a certificate, for how long, and when a link has ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from common.errors import Bilingual, Gone, StateConflict

Field = Literal["name", "number", "organisation", "issued_on", "ground"]
FIELDS: Final[dict[Field, Bilingual]] = {
    "name": Bilingual("姓名全名", "full name"),
    "number": Bilingual("证书编号", "certificate number"),
    "organisation": Bilingual("评价机构", "evaluating body"),
    "issued_on": Bilingual("发证日期", "date of issue"),
    "ground": Bilingual("评价依据", "what it rests on"),
}
"""What a link may show besides kind, item, level and whether it is valid. Never the ID number, nor scores."""

TOKEN_BYTES: Final = 16  # 128 bits: nobody finds a link by trying
MOST_DAYS: Final = 90
MOST_OPEN: Final = 20  # links of one person that have not ended
PATIENCE: Final = timedelta(seconds=1.5)  # for registration's word that somebody has just signed in


@dataclass(frozen=True, slots=True)
class Link:
    """When a link ends, and whether its holder ended it before."""

    expires_at: datetime
    revoked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class ShareEnded(Gone):
    """A link that was there: it expired, was taken back, or its certificate is another person's now."""

    code = "share-ended"
    title = Bilingual("分享已结束", "This link has ended")
    article = "19"

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "该分享链接已过期或已被持证人收回；请向持证人索取新的链接，或按编号和姓名查验。",
                "The link expired or was taken back; ask the holder for a new one, or check by number and name.",
            )
        )


class TooManyShares(StateConflict):
    """Twenty links at a time are enough for anybody; more would be somebody else's doing."""

    code = "too-many-shares"
    title = Bilingual("有效分享过多", "Too many open links")

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                f"未结束的分享链接不能超过 {MOST_OPEN} 个；请先收回不再需要的链接。",
                f"No more than {MOST_OPEN} links may be open at a time; take back those no longer needed.",
            )
        )
