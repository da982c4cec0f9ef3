"""What has to be true of a history, whatever happened on the way: nothing lost, nothing twice, nothing out of order."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.journal import ZERO, link
from tests.support.messaging import Party


@dataclass
class Findings:
    """Figures of a history, and what is wrong with it."""

    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, name: str, found: int) -> None:
        """A figure that has to be zero."""
        self.figures[name] = found
        if found:
            self.wrong.append(f"{name}: {found}")


@dataclass(frozen=True)
class Line:
    position: int
    id: str
    key: str
    version: int
    amount: int
    note: str


async def read_history(party: Party, findings: Findings) -> list[Line]:
    """A service's journal, with its own order checked."""
    rows = await party.sql(
        "SELECT position, event_id, key, version, body, chain FROM journal ORDER BY position"
    )
    chain, last, broken, disorder, found = ZERO, defaultdict[str, int](int), 0, 0, []
    for number, row in enumerate(rows, 1):
        chain = link(chain, row.body)
        broken += (row.position, bytes(row.chain)) != (number, chain)
        disorder += row.version != last[row.key] + 1
        last[row.key] = row.version
        data = json.loads(row.body)["data"]
        found.append(
            Line(row.position, str(row.event_id), row.key, row.version, data["amount"], data.get("note", ""))
        )
    findings.figures[f"journal of {party.name}"] = len(rows)
    findings.expect(f"journal of {party.name}: positions or chain broken", broken)
    findings.expect(f"journal of {party.name}: versions out of order", disorder)
    return found


def check_promises(folder: Path, journal: Sequence[Line], findings: Findings) -> None:
    """What writers were promised is in the journal; what was rolled back is not."""
    said: Mapping[str, set[str]] = defaultdict(set)
    for file in folder.glob("writer-*.log"):
        for line in file.read_text().splitlines():
            word, notes = json.loads(line)
            said[word].update(notes)
    there = {line.note for line in journal}
    findings.figures["acknowledged"] = len(said["ok"])
    findings.figures["in doubt"] = len(said["try"] - said["ok"])
    findings.expect("acknowledged and lost", len(said["ok"] - there))
    findings.expect("rolled back and told", len(said["rolled back"] & there))


async def check_applied(party: Party, source: str, journal: Sequence[Line], findings: Findings) -> None:
    """Every event of the source had its effects once, in the order of its key."""
    edge = f"{source} → {party.name}"
    rows = await party.sql(
        "SELECT event_id, key, version FROM applied WHERE source = :source ORDER BY n", source=source
    )
    totals = dict(await party.sql("SELECT key, amount FROM total WHERE source = :source", source=source))
    count = Counter(str(row.event_id) for row in rows)
    disorder, last = 0, defaultdict[str, int](int)
    for row in rows:
        disorder += row.version != last[row.key] + 1
        last[row.key] = row.version
    expected = Counter[str]()
    for line in journal:
        expected[line.key] += line.amount
    findings.figures[f"{edge}: applied"] = len(rows)
    findings.expect(f"{edge}: missing", len({line.id for line in journal} - set(count)))
    findings.expect(f"{edge}: twice", sum(times > 1 for times in count.values()))
    findings.expect(f"{edge}: unknown", len(set(count) - {line.id for line in journal}))
    findings.expect(f"{edge}: out of order", disorder)
    findings.expect(
        f"{edge}: totals wrong", sum(totals.get(key, 0) != amount for key, amount in expected.items())
    )
