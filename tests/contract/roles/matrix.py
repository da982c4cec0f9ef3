"""The matrix itself: every seat asks every route, and whatever is not as its row says is collected.

Refusals come first, over all rows, so that the tables can be compared around them; then those who may are let in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import httpx

from common.ids import TEXT_LENGTH, encode_id, uuid7
from common.permissions import ORGANISATION_ROLES, REGION_ROLES, scopes_of
from tests.contract.roles.rows import NOWHERE, REGIONS, SEATS, Made, Row, Seat, nobody
from tests.support.service import RunningService

REFUSED = (401, 403, 404)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_ID = re.compile(rf"^([a-z]+)_[0-9a-z]{{{TEXT_LENGTH}}}$")


class World(Protocol):
    """One running service, and methods without parameters that make resources of `organisation` in `rows.COUNTY`.

    A row names such a method; it returns what fills the path and the body.
    """

    @property
    def service(self) -> RunningService: ...

    @property
    def organisation(self) -> UUID: ...

    @property
    def account(self) -> UUID:
        """The account on which resources hang that are one account's alone."""

    async def rows_kept(self) -> Mapping[str, int]:
        """Rows of the tables that a refused call must leave as they are."""


@dataclass
class Matrix:
    """The rows of one service, asked by every seat."""

    world: World
    rows: Sequence[Row]
    deviations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        service, foreign = self.world.service, uuid7()
        self._tokens: dict[Seat, str] = {}
        for seat in SEATS:
            about: dict[str, Any] = {"account_id": self.world.account if seat.is_holder else uuid7()}
            if seat.place == NOWHERE:
                pass
            elif seat.role in ORGANISATION_ROLES:
                about["organisation_id"] = self.world.organisation if seat.is_own else foreign
            elif seat.role in REGION_ROLES:
                about["region"] = REGIONS[seat.place]
            self._tokens[seat] = service.token(seat.role, **about)

    async def run(self) -> list[str]:
        """Everything that is not as the rows say."""
        made = {row.route: await self._made(row) for row in self.rows}
        before = await self.world.rows_kept()
        for row in self.rows:
            await self._refuse(row, made[row.route])
        after = await self.world.rows_kept()
        if after != before:
            changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
            self.deviations.append(f"refused calls left something behind in {sorted(changed)}")
        for row in self.rows:
            await self._admit(row, made[row.route])
        return self.deviations

    async def _made(self, row: Row) -> Made:
        return {**row.at, **(await getattr(self.world, row.maker)() if row.maker else {})}

    async def _refuse(self, row: Row, made: Made) -> None:
        if row.scope is None:
            if row.sees is nobody:
                for one in (None, *_first_of_each_role()):
                    self._expect(row, one, await self._send(row, made, one), *row.unseen)
            return
        self._expect(row, None, await self._send(row, made, None), 401, "token-missing")
        for seat in SEATS:
            if row.scope not in scopes_of(seat.role):
                self._expect(row, seat, await self._send(row, made, seat), 403, "permission-denied")
            elif not row.sees(seat) and row.listed is None:
                await self._hide(row, made, seat)

    async def _hide(self, row: Row, made: Made, seat: Seat) -> None:
        """A foreign resource is told as one that does not exist."""
        answer = await self._send(row, made, seat)
        self._expect(row, seat, answer, *row.unseen)
        if row.unseen == (404, "not-found") and not seat.is_own:  # a colleague knows that it is there
            unknown = await self._send(row, _unknown(row, made), seat)
            if _told(answer) != _told(unknown):
                self._deviates(row, seat, f"differs from the answer for an unknown id: {unknown.text[:120]}")

    async def _admit(self, row: Row, made: Made) -> None:
        if row.sees is nobody:
            return
        if row.scope is None:
            seats: Iterable[Seat | None] = (None, *dict.fromkeys(_first_of_each_role()))
        else:
            seats = [seat for seat in SEATS if row.scope in scopes_of(seat.role)]
        for seat in seats:
            if row.listed is None and seat is not None and not row.sees(seat):
                continue
            found = await self._made(row) if row.is_afresh else made
            answer = await self._send(row, found, seat)
            if answer.status_code in (REFUSED if row.scope else REFUSED[:2]) or answer.status_code == 500:
                self._deviates(row, seat, f"is not let in: {answer.status_code} {answer.text[:160]}")
            elif row.listed is not None and seat is not None:
                self._check_list(row, seat, made[row.listed] in answer.text)

    def _check_list(self, row: Row, seat: Seat, is_shown: bool) -> None:
        if is_shown != row.sees(seat):
            self._deviates(row, seat, "is shown a foreign one" if is_shown else "is not shown an own one")

    def _expect(self, row: Row, seat: Seat | None, answer: httpx.Response, status: int, problem: str) -> None:
        told = (
            answer.json().get("type", "") if answer.headers.get("content-type", "").endswith("json") else ""
        )
        if (answer.status_code, told.removeprefix("/problems/")) != (status, problem):
            got = f"{answer.status_code} {answer.text[:160]}"
            self._deviates(row, seat, f"expected {status} {problem}, got {got}")

    def _deviates(self, row: Row, seat: Seat | None, what: str) -> None:
        who = "anybody" if seat is None else f"{seat.role} ({seat.place})"
        self.deviations.append(f"{row.route} by {who}: {what}")

    async def _send(self, row: Row, made: Made, seat: Seat | None) -> httpx.Response:
        headers = {"Accept-Language": "en", "Idempotency-Key": str(uuid7()), "If-Match": '"v1"'}
        if row.method == "GET":
            headers = {"Accept-Language": "en"}
        if seat is not None:
            headers["Authorization"] = f"Bearer {self._tokens[seat]}"
        body = row.body(made) if callable(row.body) else row.body
        content: dict[str, Any] = {}
        if row.is_writing:
            headers["Content-Type"] = row.media_type
            content = {"content": body} if isinstance(body, bytes) else {"json": {} if body is None else body}
        path = _PARAMETER.sub(lambda name: made.get(name[1], "x"), row.path)
        url = f"{path}?{row.query}" if row.query else path
        return await self.world.service.client.request(row.method, url, headers=headers, **content)


def _told(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """What an answer gives away; its `request_id` is of the request."""
    return answer.status_code, answer.json() | {"request_id": None}


def _first_of_each_role() -> Iterable[Seat]:
    return {seat.role: seat for seat in reversed(SEATS)}.values()


def _unknown(row: Row, made: Made) -> dict[str, str]:
    """The same with an id that nothing has at the end of the path; what is no id brings its own, `unknown <name>`."""
    for name in reversed(_PARAMETER.findall(row.path)):
        if other := made.get(f"unknown {name}"):
            return {**made, name: other}
        if is_id := _ID.match(made[name]):
            return {**made, name: encode_id(is_id[1], uuid7())}
    raise ValueError(f"{row.route}: say what an unknown resource is called")


async def counts(world: World, tables: Iterable[str]) -> dict[str, int]:
    """How many rows these tables hold now."""
    found = await world.service.row_counts()
    return {name: found[name] for name in tables}
