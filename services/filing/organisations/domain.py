"""PURE: what an organisation may evaluate, where and until when (Art. 12), and its certificate register."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from common.errors import Bilingual, FieldError
from common.events.filing import Mode, OrganisationKind
from common.identifiers.uscc import is_uscc
from common.regions import covers, region

State = Literal["applied", "approved", "refused"]
Act = Literal["apply", "approve", "refuse"]

# DOMAIN: numbers, position 1. `Y` evaluates its own staff, `S` whoever comes.
REGISTER_CATEGORY: Final[dict[OrganisationKind, str]] = {
    "employer": "Y",
    "third_party_agency": "S",
    "industry_body": "S",
    "school": "S",
    "government_centre": "S",
    "foreign_body": "S",
}
# Art. 11, 12: employers evaluate their own; the others whoever comes; schools certify their students, too.
MODES_OF: Final[dict[OrganisationKind, frozenset[Mode]]] = {
    "employer": frozenset({"enterprise"}),
    "third_party_agency": frozenset({"social", "competition"}),
    "industry_body": frozenset({"social", "competition"}),
    "school": frozenset({"school", "social"}),
    "government_centre": frozenset({"social", "competition"}),
    "foreign_body": frozenset({"social"}),
}


@dataclass(frozen=True, slots=True)
class ScopePart:
    """Items × levels × regions × modes. No item code: every item of the list."""

    item_codes: frozenset[str]
    levels: frozenset[int]
    regions: frozenset[str]
    modes: frozenset[str]

    def allows_mode(self, mode: str) -> bool:
        return mode in self.modes

    def allows_region(self, county: str) -> bool:
        """A city or the province covers its counties."""
        return any(covers(office, county) for office in self.regions)

    def allows_item(self, item_code: str) -> bool:
        return not self.item_codes or item_code in self.item_codes

    def allows_level(self, level: int) -> bool:
        return level in self.levels


@dataclass(frozen=True, slots=True)
class Scope:
    """One approval: its parts and its validity, both days included."""

    number: int
    parts: tuple[ScopePart, ...]
    valid_from: date
    valid_to: date


def scope_on(approvals: Iterable[Scope], day: date) -> Scope | None:
    """The scope that counts on a day: the newest approval that has begun, while it lasts.

    A newer approval replaces an older one from its first day on, also where it is narrower.
    """
    begun = [scope for scope in approvals if scope.valid_from <= day]
    newest = max(begun, key=lambda scope: scope.number, default=None)
    return newest if newest is not None and day <= newest.valid_to else None


@dataclass(frozen=True, slots=True)
class Register:
    """Positions 1–13 of certificate numbers (DOMAIN: numbers)."""

    category: str
    organisation_code: str
    province: str
    site_serial: str


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it is checked. `register`: none, where the organisation keeps the one it has."""

    parts: tuple[ScopePart, ...]
    register: Register | None
    valid_from: date | None
    valid_to: date | None


# A refused organisation applies again; an approved one is approved anew when its scope changes.
TRANSITIONS: Final[dict[tuple[State, Act], State]] = {
    ("applied", "approve"): "approved",
    ("applied", "refuse"): "refused",
    ("approved", "approve"): "approved",
    ("refused", "apply"): "applied",
}


def _is_current(code: str) -> bool:
    """A division of the province that is in use."""
    found = region(code)
    return found is not None and found.is_current


def check_application(*, uscc: str, seat: str) -> tuple[FieldError, ...]:
    """The code's check characters and the region's place in the province; empty: it can be taken."""
    problems = []
    if not is_uscc(uscc):
        problems.append(
            FieldError(
                pointer="/uscc",
                code="uscc-checksum",
                article="12",
                detail=Bilingual(
                    "统一社会信用代码须为 18 位大写字母和数字,且校验码正确。",
                    "A unified social credit code has 18 capital letters and digits, with right check characters.",
                ),
                remedy=Bilingual("请对照营业执照核对。", "Compare it with the licence."),
            )
        )
    if not _is_current(seat):
        problems.append(
            FieldError(
                pointer="/region",
                code="region-unknown",
                article="12",
                detail=Bilingual("不是本省的行政区划代码。", "Not a region code of this province."),
                remedy=Bilingual("请填写 GB/T 2260 代码。", "Give a code of GB/T 2260."),
            )
        )
    return tuple(problems)


def check_approval(
    approval: Approval,
    *,
    kind: OrganisationKind,
    has_register: bool,
    listed: Container[str],
) -> tuple[FieldError, ...]:
    """All that is wrong with an approval: dates, scope, register. `listed`: item codes that stand on the list."""
    return (
        *_validity_problems(approval),
        *_scope_problems(approval, kind, listed),
        *_register_problems(approval.register, kind, has_register=has_register),
    )


def _validity_problems(approval: Approval) -> Iterator[FieldError]:
    if approval.valid_from is None or approval.valid_to is None or approval.valid_to < approval.valid_from:
        yield _approval_problem(
            "/valid_to",
            "validity-missing",
            Bilingual(
                "批准须有起止日期,且止不早于起。", "An approval has a first and a last day, in this order."
            ),
            Bilingual("请填写有效期。", "Give valid_from and valid_to."),
        )


def _scope_problems(
    approval: Approval, kind: OrganisationKind, listed: Container[str]
) -> Iterator[FieldError]:
    if not approval.parts:
        yield _approval_problem(
            "/scope",
            "scope-missing",
            Bilingual("批准须有评价范围。", "An approval has a scope."),
            Bilingual("请填写职业、等级、地区和方式。", "Give items, levels, regions and modes."),
        )
    for index, part in enumerate(approval.parts):
        at = f"/scope/{index}"
        if not part.modes <= MODES_OF[kind]:
            yield _approval_problem(
                f"{at}/modes",
                "mode-not-of-kind",
                Bilingual(
                    "该类机构不采用此评价方式。", "Organisations of this kind do not evaluate in this mode."
                ),
                Bilingual("请按机构类别选择评价方式。", "Choose modes that go with its kind."),
            )
        if not all(map(_is_current, part.regions)):
            yield _approval_problem(
                f"{at}/regions",
                "region-unknown",
                Bilingual("含有非本省的行政区划代码。", "A code is not one of this province's regions."),
                Bilingual("请填写 GB/T 2260 代码。", "Give codes of GB/T 2260."),
            )
        if any(code not in listed for code in part.item_codes):
            yield _approval_problem(
                f"{at}/item_codes",
                "item-not-listed",
                Bilingual("含有目录中没有的职业编码。", "A code does not stand on the list."),
                Bilingual("请在目录中查询职业编码。", "Look the codes up in the list."),
            )


def _register_problems(
    register: Register | None, kind: OrganisationKind, *, has_register: bool
) -> Iterator[FieldError]:
    if register is None and not has_register:
        yield _approval_problem(
            "/register",
            "register-missing",
            Bilingual(
                "首次批准须赋予证书编号前段。",
                "A first approval assigns the register of certificate numbers.",
            ),
            Bilingual("请填写 register。", "Give the register."),
        )
    elif register is not None and register.category != REGISTER_CATEGORY[kind]:
        yield _approval_problem(
            "/register/category",
            "register-category",
            Bilingual("编号类别与机构类别不符。", "The category does not go with the organisation's kind."),
            Bilingual("用人单位为 Y,其他机构为 S。", "Y for employers, S for everyone else."),
        )


def _approval_problem(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, article="12", detail=detail, remedy=remedy)


def check_refusal(reasons: Sequence[str]) -> tuple[FieldError, ...]:
    """A refusal says why."""
    if reasons:
        return ()
    return (
        _approval_problem(
            "/reasons",
            "reasons-missing",
            Bilingual("不予批准须说明理由。", "A refusal has reasons."),
            Bilingual("请填写至少一条理由。", "Give one reason or more."),
        ),
    )
