"""Use case: compare the list under any two editions."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.comparisons.domain import DIFFERENCES, Changed, Difference, compare_lists
from catalog.comparisons.schemas import ChangedOut, ComparisonOut
from catalog.editions import repository as editions
from catalog.editions.models import Edition
from catalog.editions.schemas import EditionSummary
from catalog.items import repository as items
from catalog.items.domain import Version
from catalog.items.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions, every item that differs between them, and how many do not."""

    first: EditionSummary
    second: EditionSummary
    changes: tuple[Changed, ...]
    unchanged: int

    def counts(self) -> Counter[Difference]:
        return Counter(difference for change in self.changes for difference in change.differences)

    def told(self) -> ComparisonOut:
        counts = self.counts()
        return ComparisonOut(
            first=self.first,
            second=self.second,
            counts={difference: counts[difference] for difference in DIFFERENCES},
            unchanged=self.unchanged,
            changes=[ChangedOut.of(change) for change in self.changes],
        )


async def compare_editions(session: AsyncSession, first_id: UUID, second_id: UUID) -> Comparison:
    """The whole list on the days on which the two took effect, side by side, in either order. Raises NotFound."""
    first = await editions.edition(session, first_id)
    second = await editions.edition(session, second_id)
    before = await _list_under(session, first)
    after = await _list_under(session, second)
    rows = [row for row in await items.successions(session) if row.valid_from <= second.effective_on]
    lineage = Lineage((row.from_code, row.to_code) for row in rows)
    gone = {code: tuple(sorted(lineage.present(code) - {code})) for code in before.keys() - after.keys()}
    changes = compare_lists(before, after, gone)
    return Comparison(
        first=EditionSummary.model_validate(first),
        second=EditionSummary.model_validate(second),
        changes=changes,
        unchanged=len(before.keys() | after.keys()) - len(changes),
    )


async def _list_under(session: AsyncSession, edition: Edition) -> dict[str, Version]:
    found = await items.in_force(session, edition.effective_on)
    return {span.version.item.code: span.version for span in found}
