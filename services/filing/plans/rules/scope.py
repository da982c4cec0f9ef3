"""PURE: whether a plan lies within what its organisation was approved for, and was entrusted with (Art. 12)."""

from collections.abc import Iterator

from common.errors import Bilingual, FieldError
from common.regions import is_county
from filing.organisations.domain import ScopePart
from filing.plans.rules.draft import Circumstances, Draft, problem
from filing.plans.rules.entrusted import entrusted_problems


def scope_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    """Within what was approved, through the whole evaluation (Art. 12)."""
    if not is_county(draft.region):
        yield problem(
            "/site/region",
            "region-not-a-county",
            "18(1)",
            Bilingual("评价地点须为本省一个县(市、区)。", "The site lies in one county of the province."),
            Bilingual("请填写县级行政区划代码(GB/T 2260)。", "Give the county's code of GB/T 2260."),
        )
        return
    scope = known.scope
    if scope is None or scope.valid_to < draft.ends_on:
        yield _out_of_scope(
            "/starts_on" if scope is None else "/ends_on",
            Bilingual(
                "评价期间不在获批评价范围的有效期内。",
                "The approved scope is not valid through the evaluation.",
            ),
        )
        return
    is_entrusted = known.on_behalf is not None and draft.kind == "employer"
    # The mode of an entrusted plan is the employer's; items, levels and region are those of the body that acts.
    modes = [part for part in scope.parts if part.allows_mode(draft.mode) or is_entrusted]
    here = [part for part in modes if part.allows_region(draft.region)]
    if here:
        yield from _items_out_of_scope(draft, here)
    elif not modes:
        yield _out_of_scope(
            "/mode", Bilingual("获批评价范围不含此评价方式。", "The approved scope lacks this mode.")
        )
    else:
        yield _out_of_scope(
            "/site/region", Bilingual("获批评价范围不含此地区。", "The approved scope lacks this region.")
        )


def _items_out_of_scope(draft: Draft, parts: list[ScopePart]) -> Iterator[FieldError]:
    for index, planned in enumerate(draft.items):
        allowing = [part for part in parts if part.allows_item(planned.code)]
        if not allowing:
            yield _out_of_scope(
                f"/items/{index}/item_code",
                Bilingual("获批评价范围不含此职业。", "The approved scope lacks this item."),
            )
        elif not any(part.allows_level(planned.level) for part in allowing):
            yield _out_of_scope(
                f"/items/{index}/level",
                Bilingual(
                    "获批评价范围不含该职业的此等级。", "The approved scope lacks this level of the item."
                ),
            )


def _out_of_scope(pointer: str, detail: Bilingual) -> FieldError:
    return problem(
        pointer,
        "out-of-scope",
        "12",
        detail,
        Bilingual(
            "请改在获批范围内,或先申请扩大范围。", "Stay inside the scope, or apply for a wider one first."
        ),
    )


def agreement_problems(draft: Draft, known: Circumstances) -> Iterator[FieldError]:
    if known.on_behalf is not None:
        items = [(item.code, item.level) for item in draft.items]
        yield from entrusted_problems(items, draft.starts_on, draft.ends_on, known.on_behalf)
