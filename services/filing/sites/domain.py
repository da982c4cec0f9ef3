"""PURE: a site as it stands on a day, and what a change of it may say (Art. 12)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from common.errors import Bilingual, FieldError
from common.regions import is_county

LARGEST_CAPACITY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Site:
    """One version of a site, both days of its validity included. `region`: its county; `capacity`: places at once."""

    id: UUID
    organisation_id: UUID
    number: int
    name: str
    region: str
    address: str
    capacity: int
    valid_from: date
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def version_on(versions: Iterable[Site], day: date) -> Site | None:
    """The version that counts on a day: the newest that has begun, while it lasts."""
    begun = [site for site in versions if site.valid_from <= day]
    newest = max(begun, key=lambda site: site.number, default=None)
    return newest if newest is not None and newest.valid_on(day) else None


def check_site(
    *, region: str, valid_from: date, valid_to: date | None, today: date
) -> tuple[FieldError, ...]:
    """What is wrong with a site or a change of it: the county, and days that lie behind."""
    return tuple(_problems(region, valid_from, valid_to, today))


def _problems(region: str, valid_from: date, valid_to: date | None, today: date) -> Iterator[FieldError]:
    if not is_county(region):
        yield _problem(
            "/region",
            "region-not-a-county",
            Bilingual("站点须在本省一个县(市、区)。", "A site lies in one county of the province."),
            Bilingual("请填写县级行政区划代码(GB/T 2260)。", "Give the county's code of GB/T 2260."),
        )
    if valid_from < today:
        yield _problem(
            "/valid_from",
            "retroactive",
            Bilingual("站点的登记和变更不追溯。", "A site is recorded and changed for today or later."),
            Bilingual("请填写今日或以后的日期。", "Give today or a later day."),
        )
    if valid_to is not None and valid_to < valid_from:
        yield _problem(
            "/valid_to",
            "end-out-of-range",
            Bilingual("止日早于起日。", "The last day lies before the first."),
            Bilingual("请更正止日,或留空。", "Mend the last day, or leave it out."),
        )


def _problem(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, article="12", detail=detail, remedy=remedy)
