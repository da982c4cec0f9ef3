"""Business tables held against the events that they rest on: what an event told must stand in its row.

Each `Rule` says which events make the rows of a table, and which of their members stand in which columns. Tables of
the publishing service itself are held against its journal and what still waits in its outbox; tables of services that
follow it, against the events that they have taken in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from client.log_reader import Finding

Row = Mapping[str, Any]
ALPHABET = {letter: value for value, letter in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


@dataclass(frozen=True)
class Rule:
    """A table of `service` whose rows come from events of `source`.

    `makes`: event type → the rows that it tells of (members by column). A later event of a row replaces the members
    that it names. `is_complete`: a row without an event is a finding, too. `key`: one column, or several with `/`.
    To an event's members its version is added as `_version`.
    """

    service: str
    table: str
    key: str
    source: str
    makes: Mapping[str, Callable[[Row], Iterable[Row]]]
    is_complete: bool = True


def _members(*names: str, **renamed: str) -> Callable[[Row], Iterable[Row]]:
    """One row of these members; `column="member"` where they differ."""

    def rows(data: Row) -> Iterable[Row]:
        yield {name: data.get(name) for name in names} | {
            column: data.get(member) for column, member in renamed.items()
        }

    return rows


def _issued(data: Row) -> Iterator[Row]:
    about = {name: data[name] for name in ("batch_id", "plan_id", "organisation_id")}
    for one in data["certificates"]:
        row = about | {
            name: one[name]
            for name in ("number", "result_id", "kind", "item_code", "level", "issued_on", "kid")
        }
        yield row if one.get("status_index") is None else row | {"status_index": one["status_index"]}


def _results(data: Row) -> Iterator[Row]:
    names = ("person_id", "item_code", "level", "outcome", "evaluated_on", "examiners")
    for one in data["rows"]:
        told = {name: one[name] for name in names if name in one}
        yield told | {"id": one["result_id"], "batch_id": data["batch_id"], "plan_id": data["plan_id"]}


def _changes(data: Row) -> Iterator[Row]:
    names = ("serial", "number", "status_index", "status", "since", "reason_code", "decision_document")
    for change in data["changes"]:
        yield {name: change[name] for name in names} | {"decision_id": data["decision_id"]}


_PLAN = (
    "plan_id",
    "number",
    "name",
    "organisation_id",
    "organisation_name",
    "region",
    "starts_on",
    "filed_on",
)
_AUDIT_PLAN = _members(*_PLAN, "kind", "ends_on", "last_filing_day", "items")
_CERTIFICATE_PLAN = _members(*_PLAN, "last_filing_day")
_FILED_PLAN = _members("number", "organisation_id", "kind", "name", id="plan_id")
_CARD = _members(
    *("card_number", "name", "grade", "item_codes", "employer_uscc", "trains_for_uscc"),
    *("valid_from", "valid_to", "withdrawn_on"),
    version="_version",
)
_BODY = _members("organisation_id", "name", "kind", "region", "uscc")

RULES = (
    Rule(
        "certificate",
        "certificate",
        "number",
        "certificate",
        {"skills.certificate.certificates.issued.v1": _issued},
    ),
    Rule(
        "certificate",
        "status_change",
        "serial",
        "certificate",
        {"skills.certificate.statuses.changed.v1": _changes},
    ),
    Rule(
        "certificate",
        "signing_key",
        "kid",
        "certificate",
        {"skills.certificate.signing-key.published.v1": _members("kid", "jwk", "valid_from", "valid_to")},
    ),
    Rule(
        "certificate",
        "log_proof",
        "event_id",
        "audit",
        {
            "skills.audit.log.included.v1": _members(
                "event_id",
                "position",
                "event_type",
                "leaf_index",
                "tree_size",
                "entry",
                "proof",
                "checkpoint",
            )
        },
    ),
    Rule(
        "certificate",
        "issuing_body",
        "organisation_id",
        "filing",
        {"skills.filing.organisation.approved.v1": _BODY},
    ),
    Rule(
        "certificate",
        "plan_fact",
        "plan_id",
        "filing",
        {
            "skills.filing.plan.accepted.v1": _CERTIFICATE_PLAN,
            "skills.filing.plan.amended.v1": _CERTIFICATE_PLAN,
        },
    ),
    Rule(
        "audit",
        "plan_fact",
        "plan_id",
        "filing",
        {"skills.filing.plan.accepted.v1": _AUDIT_PLAN, "skills.filing.plan.amended.v1": _AUDIT_PLAN},
    ),
    Rule(
        "audit",
        "roster_fact",
        "plan_id",
        "registration",
        {"skills.registration.roster.reviewed.v1": _members("plan_id", "approved", "refused", "pending")},
    ),
    Rule(
        "audit",
        "batch_fact",
        "batch_id",
        "registration",
        {
            "skills.registration.batch.recorded.v1": _members(
                "batch_id",
                "plan_id",
                "organisation_id",
                "rows",
                "outcomes",
                "evaluation_ended_on",
                "recorded_on",
                "recorded_at",
            )
        },
    ),
    Rule(
        "audit",
        "examiner_card",
        "card_number/version",
        "audit",
        {"skills.audit.examiner.registered.v1": _CARD},
    ),
    Rule(
        "registration",
        "result",
        "id",
        "registration",
        {"skills.registration.results.recorded.v1": _results},
        is_complete=False,
    ),
    Rule(
        "registration",
        "batch",
        "id",
        "registration",
        {
            "skills.registration.batch.recorded.v1": _members(
                *(
                    "plan_id",
                    "organisation_id",
                    "chunks",
                    "rows",
                    "recorded_on",
                    "recorded_at",
                    "recorded_by",
                ),
                id="batch_id",
            )
        },
        is_complete=False,
    ),
    Rule(
        "filing",
        "plan",
        "id",
        "filing",
        {"skills.filing.plan.accepted.v1": _FILED_PLAN, "skills.filing.plan.amended.v1": _FILED_PLAN},
        is_complete=False,
    ),
    Rule(
        "filing",
        "organisation",
        "id",
        "filing",
        {"skills.filing.organisation.approved.v1": _members("uscc", "kind", id="organisation_id")},
        is_complete=False,
    ),
)


@dataclass
class Expectations:
    """The rows that the events seen so far make, for the rules whose databases are at hand."""

    snapshots: Mapping[str, asyncpg.Connection]
    rules: list[Rule]
    upto: dict[tuple[str, str], int]
    waiting: dict[str, list[tuple[str, Row]]]
    rows: dict[int, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    takers: dict[tuple[str, str], list[tuple[int, Rule]]] = field(default_factory=dict)

    @classmethod
    async def of(cls, snapshots: Mapping[str, asyncpg.Connection]) -> "Expectations":
        """How far each service had come in the moment that its snapshot shows."""
        upto: dict[tuple[str, str], int] = {}
        waiting: dict[str, list[tuple[str, Row]]] = {}
        for name, connection in snapshots.items():
            for row in await connection.fetch("SELECT source, position FROM inbox"):
                upto[name, row["source"]] = row["position"]
            parked = await connection.fetch("SELECT DISTINCT source FROM parked")
            for row in parked:
                upto.pop((name, row["source"]), None)
            upto[name, name] = await connection.fetchval("SELECT coalesce(max(position), 0) FROM journal")
            said = await connection.fetch("SELECT type, version, data FROM outbox ORDER BY id")
            waiting[name] = [
                (row["type"], orjson.loads(row["data"]) | {"_version": row["version"]}) for row in said
            ]
        rules = [rule for rule in RULES if (rule.service, rule.source) in upto and rule.source in snapshots]
        return cls(snapshots, rules, upto, waiting)

    def see(self, source: str, position: int, body: Row) -> None:
        """An event of a journal, in its order."""
        for number, rule in self._takers().get((source, body["type"]), ()):
            if position <= self.upto[rule.service, source]:
                self._apply(number, rule, body["type"], body["data"] | {"_version": body["version"]})

    def _takers(self) -> dict[tuple[str, str], list[tuple[int, Rule]]]:
        """The rules that take something from a type of events, by source and type."""
        if not self.takers:
            for number, rule in enumerate(self.rules):
                for kind in rule.makes:
                    self.takers.setdefault((rule.source, kind), []).append((number, rule))
        return self.takers

    def _apply(self, number: int, rule: Rule, kind: str, data: Row) -> None:
        if make := rule.makes.get(kind):
            for row in make(data):
                key = _key(rule, row)
                self.rows[number][key] = self.rows[number].get(key, {}) | dict(row)

    async def findings(self, counts: dict[str, int], remarks: list[str]) -> list[Finding]:
        """The rows that are missing, other than told, or told of by no event."""
        found: list[Finding] = []
        for number, rule in enumerate(self.rules):
            if rule.service == rule.source:
                for kind, data in self.waiting[rule.service]:
                    self._apply(number, rule, kind, data)
            found += await self._compare(rule, self.rows[number], counts)
        compared = {(rule.service, rule.table) for rule in self.rules}
        remarks += [
            f"{rule.service}.{rule.table}: not compared (events are parked, or a database was not given)"
            for rule in RULES
            if (rule.service, rule.table) not in compared and rule.service in self.snapshots
        ]
        return found

    async def _compare(
        self, rule: Rule, expected: dict[str, dict[str, Any]], counts: dict[str, int]
    ) -> list[Finding]:
        table = f"{rule.service}.{rule.table}"
        found, seen = [], 0
        statement = f'SELECT * FROM "{rule.table}"'  # noqa: S608 - a name of ours
        async for row in self.snapshots[rule.service].cursor(statement, prefetch=1_000):
            key = _key(rule, row)
            told = expected.pop(key, None)
            if told is None:
                if rule.is_complete:
                    found.append(Finding(f"{table} {key}", "no event tells of this row"))
                continue
            seen += 1
            wrong = sorted(name for name, value in told.items() if not _same(row[name], value))
            if wrong:
                found.append(Finding(f"{table} {key}", f"not as the events tell it: {', '.join(wrong)}"))
        counts[table] = seen
        return found + [Finding(f"{table} {key}", "the row is missing") for key in expected]


def _key(rule: Rule, row: Row) -> str:
    return "/".join(str(_plain(row[name])) for name in rule.key.split("/"))


def _same(kept: Any, told: Any) -> bool:
    """Whether a column holds what an event says."""
    match kept:
        case UUID():
            return str(kept) == str(_plain(told))
        case datetime():
            return told is not None and kept == datetime.fromisoformat(told)
        case date():
            return bool(kept.isoformat() == told)
        case str() if isinstance(told, dict | list):
            return bool(orjson.loads(kept) == told)
        case _:
            return bool(kept == told)


def _plain(value: Any) -> Any:
    """A prefixed id (`plan_01jd…`) as the UUID that the database holds."""
    if isinstance(value, str):
        prefix, _, digits = value.partition("_")
        if prefix.isalpha() and len(digits) == 26 and set(digits) <= ALPHABET.keys():
            number = 0
            for digit in digits:
                number = number << 5 | ALPHABET[digit]
            return UUID(int=number) if number < 1 << 128 else value
    return value
