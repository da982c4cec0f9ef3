"""PURE: the forms of today's bodies as they are: which of their columns are taken, which are dropped, and why.

A column is kept when a rule of the policy needs it. What no rule asks for is not collected (PIPL Art. 6): it is left
where it is, and the answer to the upload says so.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from common.errors import Bilingual
from common.tabular.columns import Column, normal

Kind = Literal["roster", "results"]
FormId = Literal["roster_33", "roster_20", "certificates_11"]

TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("姓名",),
    "id_type": ("证件类型",),
    "id_number": ("证件号码", "身份证号"),
    "sex": ("性别",),
    "birth_date": ("出生日期",),
    "item": ("职业工种名称", "职业名称"),
    "level": ("认定等级", "职业技能等级"),
    "phone": ("手机号码",),
    "condition": ("申报条件", "考生申报条件"),
    "work_years": ("专业年限", "本职业工作年限"),
    "work_began_on": ("参加工作时间",),
    "prior_level": ("证书等级",),
    "prior_number": ("证书编号", "原证书号"),
    "prior_issued_on": ("发证日期",),
    "education": ("文化程度",),
}
"""Field of ours → the headings under which today's forms have it."""

_NUMBERED = Bilingual("行号由平台自行编排。", "The platform numbers rows itself.")
_NOT_ASKED = Bilingual(
    "没有任何条款以此为条件,平台不收集与评价无关的个人信息。",
    "No clause makes anything depend on it, and the platform collects nothing that evaluation does not need.",
)
_ELSEWHERE = Bilingual(
    "评价机构和组织方以方案为准,不逐人填写。",
    "The plan says which body evaluates and for whom; rows need not repeat it.",
)
_KNOWN = Bilingual(
    "初次、晋级、正考、补考由平台按已登记的事实判断。",
    "First or next level, first sitting or retake: the platform tells from what is on record.",
)
_ELECTRONIC = Bilingual(
    "证书为电子证书,本人凭证件即可查询下载,无须邮寄或领取。",
    "Certificates are electronic; their holders fetch them themselves.",
)
_DOCUMENTS = Bilingual(
    "证明材料以文件上传,并以其摘要引用。", "Proof is sent as a file and named by its hash."
)
_IDENTIFIED = Bilingual(
    "职业以方案所列的职业名称或编码为准。", "The plan lists items by name and code; that column decides."
)
_ISSUED = Bilingual(
    "证书编号、日期和发证机构由平台在结果认定后编定。",
    "The platform gives number, date and issuer once the result is recognised.",
)
_NO_SUCH_PART = Bilingual(
    "职业标准的考核方式中没有这一部分。", "No standard has this part among its ways of evaluation."
)
_OF_ROSTER = Bilingual(
    "此列属于花名册;登记结果时不再需要。", "It belongs to the roster; results do not need it any more."
)
_UNKNOWN = Bilingual(
    "平台没有这一列;办法没有要求填报此项。",
    "The platform has no such column: nothing in the policy asks for it.",
)

DROPPED: Final[Mapping[str, Bilingual]] = {
    "序号": _NUMBERED,
    "民族": _NOT_ASKED,
    "政治面貌": _NOT_ASKED,
    "户籍所在地": _NOT_ASKED,
    "所在省(市)区": _NOT_ASKED,
    "考生来源": _NOT_ASKED,
    "电子邮箱": _NOT_ASKED,
    "是否有职业资格证书": Bilingual(
        "证书等级和编号已说明有无证书。", "Level and number of the certificate say whether there is one."
    ),
    "所在单位": _ELSEWHERE,
    "工作单位": _ELSEWHERE,
    "报名单位": _ELSEWHERE,
    "评价机构": _ELSEWHERE,
    "认定分类": _KNOWN,
    "考试类型": _KNOWN,
    "理论考试(新考/补考)": _KNOWN,
    "实操考试(新考/补考)": _KNOWN,
    "综合考试(新考/补考)": _KNOWN,
    "外语考试(新考/补考)": _NO_SUCH_PART,
    "原职业(工种)": Bilingual(
        "已持证书的职业由其编号查得。", "The number of the earlier certificate says what it is for."
    ),
    "学历证书编号": _DOCUMENTS,
    "专业": _DOCUMENTS,
    "简要经历": _DOCUMENTS,
    "考生证照": _DOCUMENTS,
    "通讯地址": _ELECTRONIC,
    "证书领取方式": _ELECTRONIC,
    "邮政编码": _ELECTRONIC,
    "邮寄地址": _ELECTRONIC,
    "工种名称": _IDENTIFIED,
    "证书编号": _ISSUED,
    "发证日期": _ISSUED,
    "发证机构": _ISSUED,
}
"""Heading → why nobody takes it. Of a column that one kind of sheet takes, why the other does not."""

_WHY: Final = {normal(heading): reason for heading, reason in DROPPED.items()}
_FIELD_OF: Final = {normal(heading): field for field, headings in TAKEN.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a form in use. `required`, `options`: as the form itself has them."""

    heading: str
    required: bool
    options: tuple[str, ...]

    @property
    def field(self) -> str | None:
        """What we take it as, where any sheet of ours has it."""
        return _FIELD_OF.get(normal(self.heading))


@dataclass(frozen=True, slots=True)
class Form:
    """A form that bodies fill in today."""

    id: FormId
    kind: Kind
    name: Bilingual
    columns: tuple[FormColumn, ...]

    def as_columns(self, known: Iterable[Column]) -> tuple[Column, ...]:
        """What a workbook of this form is made of: its headings, with a note on what becomes of each."""
        ours = {column.field: column for column in known}
        return tuple(self._as_column(one, ours.get(one.field or "")) for one in self.columns)

    def _as_column(self, one: FormColumn, ours: Column | None) -> Column:
        note = ours.note if ours is not None else why_dropped(self.kind)(one.heading)
        return Column(
            field=one.heading if ours is None else ours.field,
            headings=(one.heading,),
            required=one.required,
            exact=ours is not None and ours.exact,
            options=one.options,
            note=note,
            width=14 if ours is None else ours.width,
        )


@cache
def forms() -> Mapping[FormId, Form]:
    """All forms of today's bodies, by their ids."""
    text = files("registration.templates").joinpath("data", "forms.json").read_text(encoding="utf-8")
    return {
        one["id"]: Form(
            id=one["id"],
            kind=one["kind"],
            name=Bilingual(one["name"]["zh"], one["name"]["en"]),
            columns=tuple(
                FormColumn(heading, heading in one["required"], tuple(one["options"].get(heading, ())))
                for heading in one["columns"]
            ),
        )
        for one in json.loads(text)
    }


def with_todays_headings(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Columns that are also found by the headings of today's forms."""
    return tuple(_widened(column) for column in columns)


def _widened(column: Column) -> Column:
    further = tuple(one for one in TAKEN.get(column.field, ()) if one not in column.headings)
    return replace(column, headings=(*column.headings, *further))


def why_dropped(kind: Kind) -> Callable[[str], Bilingual]:
    """Heading of a column that a sheet of this kind does not take → the reason."""

    def reason(heading: str) -> Bilingual:
        name = normal(heading)
        if name in _WHY:
            return _WHY[name]
        return _OF_ROSTER if kind == "results" and name in _FIELD_OF else _UNKNOWN

    return reason
