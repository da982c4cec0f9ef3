"""Bad inputs from `tests/data/bad_inputs.jsonl`, sent to a running service and checked against the answer expected.

An area's test module makes an `Area`, says how its operations are reached, and is held to every entry of the area:

    AREA = Area("catalog")

    @AREA.operation("editions.create")
    def edition(entry: BadInput, target: Target) -> Request: ...      # where and as whom; the input is laid over it

    @AREA.case("catalog-017")
    async def diff_twice(entry: BadInput, target: Target) -> Answer: ...  # an entry that takes more than one request

    @pytest.mark.parametrize("entry", AREA.entries, ids=str)
    async def test_bad_input(entry: BadInput, target: Target) -> None:
        await AREA.run(entry, target)

    def test_every_entry_is_mapped() -> None:
        assert AREA.unmapped() == []

Notation of inputs: `{name}` a value of the target; `{"$repeat": [s, n]}`, `{"$hex": h}`, `{"$raw": text}` build values;
`$times` how often a request is sent, `$query` what is added to the URL, `$op` another operation than the entry's,
`$sign_with` is for the area that signs. Every refused entry also means: the rows of all tables are as before, and no
value of the input is in the log.
"""

import json
import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from tests.support.service import RunningService

LIST = Path(__file__).parents[1] / "data" / "bad_inputs.jsonl"
SHORTEST_TELLING = 6  # bytes: two characters of a name; shorter texts occur in logs by chance


@dataclass(frozen=True)
class BadInput:
    """One entry of the list."""

    id: str
    area: str
    op: str
    title: str
    input: Any
    expect: Mapping[str, Any]
    invariant: str

    def __str__(self) -> str:
        return self.id

    @property
    def status(self) -> int | None:
        status: int | None = self.expect.get("status")
        return status

    @property
    def problem(self) -> str | None:
        problem: str | None = self.expect.get("problem")
        return problem


@dataclass(frozen=True)
class Request:
    """One HTTP request; `body` goes out as it is, a list of header values as so many header lines."""

    method: str
    path: str
    headers: Mapping[str, str | bytes | Sequence[str]] = field(default_factory=dict)
    query: str = ""
    body: bytes | None = None

    def laid_over(self, given: Mapping[str, Any]) -> "Request":
        """This request with what an entry gives instead."""
        body = given.get("body", self.body)
        return replace(
            self,
            method=given.get("method", self.method),
            path=given.get("path", self.path),
            headers={**self.headers, **given.get("headers", {})},
            query="&".join(part for part in (self.query, given.get("query", "")) if part),
            body=body if isinstance(body, bytes | None) else body.encode("utf-8", "surrogatepass"),
        )

    def header_lines(self) -> list[tuple[bytes, bytes]]:
        return [
            (name.encode(), one if isinstance(one, bytes) else one.encode())
            for name, value in self.headers.items()
            for one in ([value] if isinstance(value, str | bytes) else value)
        ]


@dataclass(frozen=True)
class Answer:
    """What came back, as far as it is compared."""

    status: int | None
    problem: str | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @classmethod
    def of(cls, response: httpx.Response) -> "Answer":
        is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
        is_json = is_problem or response.headers.get("content-type", "").startswith("application/json")
        body = response.json() if is_json else response.text
        code = str(body["type"]).rpartition("/")[2] if is_problem else None
        return cls(response.status_code, code, response.headers, body)


class Target(Protocol):
    """What the bad inputs are sent to; see `tests/bad_inputs/conftest.py` for one."""

    @property
    def client(self) -> httpx.AsyncClient: ...

    @property
    def values(self) -> Mapping[str, str]:
        """What `{name}` in an entry stands for."""

    async def row_counts(self) -> Mapping[str, int]: ...

    def log_size(self) -> int: ...

    def log_since(self, size: int) -> str: ...


@dataclass(kw_only=True)
class Served:
    """The part that targets on a running service share; `read` gives what the log says since it was last asked."""

    read: Callable[[], str] = str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    @abstractmethod
    def served(self) -> RunningService:
        """The service that this target sends to."""

    @property
    def client(self) -> httpx.AsyncClient:
        return self.served.client

    async def row_counts(self) -> Mapping[str, int]:
        return await self.served.row_counts()

    def log_size(self) -> int:
        self.read()
        return 0

    def log_since(self, _: int) -> str:
        return self.read()


Operation = Callable[[BadInput, Any], Request]
Case = Callable[[BadInput, Any], Awaitable[Answer]]


class Area:
    """The entries of one area, with the operations and cases that its tests register."""

    def __init__(self, name: str, *, secrets: Sequence[str] | None = None) -> None:
        """`secrets`: what the log must not repeat, where entries name recipes instead of the values sent."""
        self.name = name
        self.secrets = secrets
        self._operations: dict[str, Operation] = {}
        self._cases: dict[str, Case] = {}

    @cached_property
    def entries(self) -> list[BadInput]:
        found = [
            BadInput(**json.loads(line)) for line in LIST.read_text(encoding="utf-8").splitlines() if line
        ]
        return [entry for entry in found if entry.area == self.name]

    def operation(self, *names: str) -> Callable[[Operation], Operation]:
        """Register how a logical operation is reached."""

        def register(operation: Operation) -> Operation:
            self._operations |= dict.fromkeys(names, operation)
            return operation

        return register

    def case(self, *ids: str) -> Callable[[Case], Case]:
        """Register an entry that takes more than one plain request."""

        def register(case: Case) -> Case:
            self._cases |= dict.fromkeys(ids, case)
            return case

        return register

    def unmapped(self) -> list[str]:
        """Entries that no test would send, and cases that name no entry: both must be none."""
        ids = {entry.id for entry in self.entries}
        missing = [
            entry.id
            for entry in self.entries
            if entry.id not in self._cases and _op(entry) not in self._operations
        ]
        return missing + sorted(set(self._cases) - ids)

    async def run(self, entry: BadInput, target: Target) -> Answer:
        """Send an entry and check the answer, the tables and the log. Returns the answer for further checks."""
        before, size = await target.row_counts(), target.log_size()
        case = self._cases.get(entry.id)
        answer = await case(entry, target) if case else await self._send(entry, target)
        check_answer(entry, answer)
        if entry.status is not None and entry.status >= 400 and case is None:
            assert await target.row_counts() == before, f"{entry.id} left something behind"
        check_log(entry, target.log_since(size), self.secrets)
        return answer

    async def _send(self, entry: BadInput, target: Target) -> Answer:
        given = built(entry.input, target.values)
        request = self._operations[_op(entry)](entry, target).laid_over(given)
        answer = await send(target.client, request)
        for _ in range(given.get("$times", 1) - 1):
            if answer.status == entry.status:
                break
            answer = await send(target.client, request)
        return answer


def _op(entry: BadInput) -> str:
    if isinstance(entry.input, dict) and "$op" in entry.input:
        return str(entry.input["$op"])
    return entry.op


async def send(client: httpx.AsyncClient, request: Request) -> Answer:
    """Send it as it is: the path is not normalised, header values are not checked."""
    url = httpx.URL(str(client.base_url)).copy_with(raw_path=_target(request))
    sent = client.build_request(request.method, url, content=request.body)
    given = request.header_lines()
    names = {name.lower() for name, _ in given}
    sent.headers = httpx.Headers(
        [(name, value) for name, value in sent.headers.raw if name.lower() not in names] + given
    )
    return Answer.of(await client.send(sent))


def _target(request: Request) -> bytes:
    path = request.path if request.path.startswith("/") else f"/{request.path}"
    return quote(path, safe="/%").encode() + (b"?" + request.query.encode() if request.query else b"")


def built(value: Any, values: Mapping[str, str]) -> Any:
    """The value that an entry's notation describes."""
    match value:
        case {"$repeat": [text, times]}:
            return text * times
        case {"$hex": digits}:
            return bytes.fromhex(digits)
        case {"$raw": raw}:
            return built(raw, values)
        case dict():
            return {name: built(part, values) for name, part in value.items()}
        case list():
            return [built(part, values) for part in value]
        case str():
            for name, known in values.items():
                value = value.replace(f"{{{name}}}", known)
            return value
        case _:
            return value


def check_answer(entry: BadInput, answer: Answer) -> None:
    """Status and problem type as listed; a listed 200 means that the request was taken, whatever success it makes."""
    if entry.status == 200:
        assert answer.status in (200, 201, 202), f"{entry.id}: {answer}"
    else:
        assert (answer.status, answer.problem) == (entry.status, entry.problem), f"{entry.id}: {answer}"
    if answer.problem is not None and isinstance(answer.body, dict):
        assert {"type", "title", "status", "detail"} <= set(answer.body), f"{entry.id}: {answer.body}"


def check_log(entry: BadInput, log: str, secrets: Sequence[str] | None = None) -> None:
    """No value of the input is in the log."""
    for text in telling(entry.input) if secrets is None else secrets:
        assert text not in log, f"{entry.id}: the log repeats its input"


def telling(value: Any) -> list[str]:
    """The texts of an input that would be recognised in a log."""
    if isinstance(value, str):
        texts = re.findall(r'"([^"\\]+)"', value) if value.startswith(("{", "[")) else [value]
        return [text for text in texts if len(text.encode()) >= SHORTEST_TELLING]
    if isinstance(value, dict):
        parts = [
            part for name, part in value.items() if name not in ("method", "steps", "$repeat", "$op", "raw")
        ]
        return [text for part in parts for text in telling(part)]
    if isinstance(value, list):
        return [text for part in value for text in telling(part)]
    return []
