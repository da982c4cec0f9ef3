"""PURE: what is wrong with an application, a request or an approval, all of it at once (Art. 12)."""

from collections.abc import Container, Iterator, Sequence
from datetime import date

from common.errors import Bilingual, FieldError
from common.events.filing import OrganisationKind
from common.identifiers.uscc import is_uscc
from common.regions import region
from filing.organisations.domain import MODES_OF, REGISTER_CATEGORY, Approval, Register, ScopePart


def _is_current(code: str) -> bool:
    """A division of the province that is in use."""
    found = region(code)
    return found is not None and found.is_current


def check_application(
    *,
    uscc: str,
    seat: str,
    name: str,
    parts: Sequence[ScopePart],
    kind: OrganisationKind,
    listed: Container[str],
) -> tuple[FieldError, ...]:
    """All that is wrong with an application: code, seat, name, and the scope where it asks for one."""
    return (*_identity_problems(uscc, seat), *_name_problems(name), *_scope_problems(parts, kind, listed))


def check_request(
    parts: Sequence[ScopePart],
    *,
    kind: OrganisationKind,
    listed: Container[str],
    valid_from: date,
    valid_to: date,
    today: date,
) -> tuple[FieldError, ...]:
    """All that is wrong with a request for another scope or a longer validity; it never reaches back."""
    problems = [
        *_validity_problems(valid_from, valid_to),
        *_scope_missing(parts),
        *_scope_problems(parts, kind, listed),
    ]
    if valid_from < today:
        problems.append(
            _problem(
                "/valid_from",
                "retroactive",
                Bilingual("评价范围不能追溯生效。", "A scope does not reach back."),
                Bilingual("请填写今日或以后的日期。", "Give today or a later day."),
            )
        )
    return tuple(problems)


def _name_problems(name: str) -> Iterator[FieldError]:
    """A radical (⻓, U+2ED3) looks like a character (长) and is none: two names would look alike and differ."""
    found = [(place, char) for place, char in enumerate(name, start=1) if "\u2e80" <= char <= "\u2fdf"]
    if found:
        places = ", ".join(f"{place} (U+{ord(char):04X})" for place, char in found)
        yield _problem(
            "/name",
            "name-radical",
            Bilingual(
                f"名称第 {places} 个字符是部首符号,不是汉字。",
                f"The characters of the name at {places} are radicals, which only look like characters.",
            ),
            Bilingual(
                "请按营业执照重新输入该字,不要从文件中复制。",
                "Type them anew as the licence has them; do not copy them from a file.",
            ),
        )


def _identity_problems(uscc: str, seat: str) -> Iterator[FieldError]:
    if not is_uscc(uscc):
        yield _problem(
            "/uscc",
            "uscc-checksum",
            Bilingual(
                "统一社会信用代码须为 18 位大写字母和数字,且校验码正确。",
                "A unified social credit code has 18 capital letters and digits, with right check characters.",
            ),
            Bilingual("请对照营业执照核对。", "Compare it with the licence."),
        )
    if not _is_current(seat):
        yield _problem(
            "/region",
            "region-unknown",
            Bilingual("不是本省的行政区划代码。", "Not a region code of this province."),
            Bilingual("请填写 GB/T 2260 代码。", "Give a code of GB/T 2260."),
        )


def check_approval(
    approval: Approval,
    *,
    kind: OrganisationKind,
    has_register: bool,
    listed: Container[str],
) -> tuple[FieldError, ...]:
    """All that is wrong with an approval: dates, scope, register. `listed`: item codes that stand on the list."""
    return (
        *_validity_problems(approval.valid_from, approval.valid_to),
        *_scope_missing(approval.parts),
        *_scope_problems(approval.parts, kind, listed),
        *_register_problems(approval.register, kind, has_register=has_register),
    )


def _validity_problems(valid_from: date | None, valid_to: date | None) -> Iterator[FieldError]:
    if valid_from is None or valid_to is None or valid_to < valid_from:
        yield _problem(
            "/valid_to",
            "validity-missing",
            Bilingual(
                "批准须有起止日期,且止不早于起。", "An approval has a first and a last day, in this order."
            ),
            Bilingual("请填写有效期。", "Give valid_from and valid_to."),
        )


def _scope_missing(parts: Sequence[ScopePart]) -> Iterator[FieldError]:
    if not parts:
        yield _problem(
            "/scope",
            "scope-missing",
            Bilingual("批准须有评价范围。", "An approval has a scope."),
            Bilingual("请填写职业、等级、地区和方式。", "Give items, levels, regions and modes."),
        )


def _scope_problems(
    parts: Sequence[ScopePart], kind: OrganisationKind, listed: Container[str]
) -> Iterator[FieldError]:
    for index, part in enumerate(parts):
        at = f"/scope/{index}"
        if not part.modes <= MODES_OF[kind]:
            yield _problem(
                f"{at}/modes",
                "mode-not-of-kind",
                Bilingual(
                    "该类机构不采用此评价方式。", "Organisations of this kind do not evaluate in this mode."
                ),
                Bilingual("请按机构类别选择评价方式。", "Choose modes that go with its kind."),
            )
        if not all(map(_is_current, part.regions)):
            yield _problem(
                f"{at}/regions",
                "region-unknown",
                Bilingual("含有非本省的行政区划代码。", "A code is not one of this province's regions."),
                Bilingual("请填写 GB/T 2260 代码。", "Give codes of GB/T 2260."),
            )
        if any(code not in listed for code in part.item_codes):
            yield _problem(
                f"{at}/item_codes",
                "item-not-listed",
                Bilingual("含有目录中没有的职业编码。", "A code does not stand on the list."),
                Bilingual("请在目录中查询职业编码。", "Look the codes up in the list."),
            )


def check_register(register: Register, kind: OrganisationKind) -> tuple[FieldError, ...]:
    """What is wrong with a further register of an organisation that has one."""
    return tuple(_register_problems(register, kind, has_register=True))


def _register_problems(
    register: Register | None, kind: OrganisationKind, *, has_register: bool
) -> Iterator[FieldError]:
    if register is None and not has_register:
        yield _problem(
            "/register",
            "register-missing",
            Bilingual(
                "首次批准须赋予证书编号前段。",
                "A first approval assigns the register of certificate numbers.",
            ),
            Bilingual("请填写 register。", "Give the register."),
        )
    elif register is not None and register.category != REGISTER_CATEGORY[kind]:
        yield _problem(
            "/register/category",
            "register-category",
            Bilingual("编号类别与机构类别不符。", "The category does not go with the organisation's kind."),
            Bilingual("用人单位为 Y,其他机构为 S。", "Y for employers, S for everyone else."),
        )


def _problem(pointer: str, code: str, detail: Bilingual, remedy: Bilingual) -> FieldError:
    return FieldError(pointer=pointer, code=code, article="12", detail=detail, remedy=remedy)


def check_refusal(reasons: Sequence[str]) -> tuple[FieldError, ...]:
    """A refusal says why."""
    if reasons:
        return ()
    return (
        _problem(
            "/reasons",
            "reasons-missing",
            Bilingual("不予批准须说明理由。", "A refusal has reasons."),
            Bilingual("请填写至少一条理由。", "Give one reason or more."),
        ),
    )
