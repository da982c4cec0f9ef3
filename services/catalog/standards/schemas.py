"""HTTP shapes of standards: what is proposed, the steps of a life, votes, and what is told."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from catalog.items.domain import CODE_PATTERN
from catalog.standards.domain import Kind, Regulation, Use
from common.documents import Sha256
from common.errors import Bilingual
from common.events.catalog import Component, StandardScope, StandardState, Track
from common.identifiers.uscc import is_uscc
from common.ids import AccountId, EditionId, OrganisationId, StandardId
from common.schemas import Input, Int, Line, Note, Output, refused

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
CHECK_CODE = (
    Bilingual("统一社会信用代码有误。", "Not a unified social credit code (GB 32100)."),
    Bilingual("请按营业执照核对18位代码。", "Check its 18 characters with the licence."),
)
SCOPE_OPEN = (
    Bilingual("未载明适用的企业。", "It does not say which enterprises it binds."),
    Bilingual(
        "请逐一列出企业(enterprises)或载明企业类别(enterprise_class)。",
        "List enterprises, or say in enterprise_class of which class.",
    ),
)
VOTE_OR_GROUND = (
    Bilingual("投票与回避理由须且仅须填写一项。", "Give either a vote or the ground of an exclusion."),
    Bilingual(
        "回避者不投票,并说明利害关系。", "Who is excluded does not vote; say which interest conflicts."
    ),
)


def _checked_uscc(text: str) -> str:
    if not is_uscc(text):
        raise refused("uscc-invalid", *CHECK_CODE)
    return text


Uscc = Annotated[str, StringConstraints(max_length=40), AfterValidator(_checked_uscc)]
ItemCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN), Field(examples=["6-18-02-04"])]
Levels = Annotated[
    tuple[Annotated[Int, Field(ge=1, le=5)], ...], Field(min_length=1, max_length=5, examples=[[5, 4, 3]])
]
LevelDigit = Annotated[str, StringConstraints(pattern=r"^[1-5]$")]
Member = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,19}$"),
    Field(description="number in the province's register of experts; no name", examples=["ZJ-0007"]),
]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


class ComponentIn(Input):
    """A part of the evaluation."""

    part: Literal["theory", "skill", "review"]
    weight: Annotated[Int, Field(ge=1, le=100)] = Field(description="of 100 in the whole", examples=[40])
    full_marks: Annotated[Int, Field(ge=1, le=100)] = 100
    pass_mark: Annotated[Int, Field(ge=0, le=100)] = 60
    minutes: Annotated[Int, Field(ge=1, le=2_880)] | None = Field(
        default=None, description="at least", examples=[90]
    )


class ScopeIn(Input):
    """Whom a norm binds (Art. 6): posts, and enterprises by name or by class."""

    posts: tuple[Line, ...] = Field(min_length=1, max_length=100, examples=[["焊接操作岗"]])
    enterprises: tuple[Uscc, ...] = Field(default=(), max_length=500, examples=[["91320100MA1NQ3PF1U"]])
    enterprise_class: Line | None = Field(default=None, examples=["省内船舶制造企业"])

    @model_validator(mode="after")
    def says_which_enterprises(self) -> Self:
        if not self.enterprises and self.enterprise_class is None:
            raise refused("scope-open", *SCOPE_OPEN)
        return self


class ContentIn(Input):
    """What a draft prescribes."""

    name: Line = Field(examples=["江苏省职业技能标准·焊工"])
    levels: Levels
    components: dict[LevelDigit, Annotated[tuple[ComponentIn, ...], Field(min_length=1, max_length=3)]] = (
        Field(
            default_factory=dict,
            max_length=5,
            description="level → parts; may be left out until the draft goes under review",
            examples=[
                {
                    level: [
                        {"part": "theory", "weight": 40, "pass_mark": 60, "minutes": 90},
                        {"part": "skill", "weight": 60, "pass_mark": 60, "minutes": 120},
                    ]
                    for level in ("5", "4", "3")
                }
            ],
        )
    )
    regulation: Regulation = Field(default="2023", description="edition of the technical regulation followed")
    eligibility: dict[str, Any] | None = Field(
        default=None,
        description="who may sit for each level; form: GET /catalog/v1/eligibility/tables/2023; "
        "none: the general table of `regulation`",
        examples=[None],
    )
    scope: ScopeIn | None = Field(
        default=None, description="of an enterprise norm, and of none else (Art. 6)"
    )

    def parts(self) -> dict[str, tuple[Component, ...]]:
        return {
            level: tuple(Component.model_validate(part.model_dump()) for part in of_level)
            for level, of_level in self.components.items()
        }


class ProposalIn(ContentIn):
    """A standard to be drafted: the province's in a year's plan, or a norm that a leading enterprise applies for."""

    kind: Literal["provincial", "enterprise_norm"] = Field(examples=["provincial"])
    item_code: ItemCode
    planned_year: Annotated[Int, Field(ge=2000, le=2099)] | None = Field(
        default=None,
        description="of a provincial standard: the year whose plan it is added to",
        examples=[2027],
    )
    supersedes: StandardId | None = Field(
        default=None, description="the standard that it revises", examples=[None]
    )
    reason: Note = Field(
        description="why it is wanted; of a norm: what makes the enterprise a leading one",
        examples=["产业急需"],
    )


class NationalIn(ContentIn):
    """A national standard newly issued by the State; it follows the item's present one."""

    item_code: ItemCode
    scope: None = None
    valid_from: Day = Field(examples=["2027-03-01"])
    document_sha256: Sha256 = Field(description="of the text issued", examples=["9f" * 32])


class StepIn(Input):
    """A step of a standard's life."""

    to: Literal["drafting", "under_review", "approved", "filed", "in_force", "withdrawn"] = Field(
        examples=["drafting"]
    )
    document_sha256: Sha256 | None = Field(
        default=None, description="draft, minutes, record of filing, announcement", examples=[None]
    )
    reason: Note | None = Field(default=None, description="of an end or a return", examples=[None])
    valid_from: Day | None = Field(default=None, description="`in_force`: first day; today when left out")
    last_day: Day | None = Field(
        default=None, description="`withdrawn`, of a standard in force: its last day; today when left out"
    )


class CommitteeIn(Input):
    """Who examines a draft."""

    members: tuple[Member, ...] = Field(
        min_length=3, max_length=31, examples=[["ZJ-0007", "ZJ-0011", "ZJ-0023"]]
    )


class VoteIn(Input):
    """A member's vote, or why a conflict of interest keeps the member from voting."""

    member: Member
    in_favour: Annotated[bool, Field(strict=True)] | None = Field(default=None, examples=[True])
    ground: Note | None = Field(default=None, description="of an exclusion", examples=[None])

    @model_validator(mode="after")
    def votes_or_is_excluded(self) -> Self:
        if (self.in_favour is None) == (self.ground is None):
            raise refused("vote-or-ground", *VOTE_OR_GROUND)
        return self


class EnterpriseIn(Input):
    """An enterprise of the class that a norm names."""

    enterprise: Uscc = Field(examples=["91320100MA1NQ3PF1U"])


class StandardOut(Output):
    """A standard; plans may name it for its item and levels while it is in force."""

    id: StandardId
    name: str = Field(examples=["国家职业技能标准·焊工"])
    kind: Kind
    state: StandardState
    item_code: str = Field(examples=["6-18-02-04"])
    levels: list[int] = Field(examples=[[5, 4, 3, 2, 1]])
    components: dict[str, list[Component]] = Field(
        description="level → parts of the evaluation with their pass marks"
    )
    usable_for: list[Use] = Field(description="by its kind (Art. 4, 6)")
    regulation: Regulation = Field(description="whose general eligibility table counts where it has none")
    eligibility: dict[str, Any] | None = Field(
        description="its own table; none: the general one of `regulation`"
    )
    scope: StandardScope | None = Field(description="of an enterprise norm (Art. 6)")
    valid_from: date | None = Field(description="none: not in force yet")
    valid_to: date | None = Field(description="last day, included; none: until it is superseded")
    planned_year: int | None
    supersedes: StandardId | None
    edition_id: EditionId | None = Field(description="the edition of the list with which it came into force")


class StepOut(Output):
    """A step taken: on which day, by whom, on which document."""

    state: StandardState
    taken_on: date
    taken_by: AccountId
    reason: str | None
    document_sha256: str | None


class ExaminationOut(Output):
    """What the votes on the present draft come to."""

    members: int
    entitled: int = Field(description="members who may vote")
    excluded: int = Field(description="members with a conflict of interest")
    quorum: int
    cast: int
    in_favour: int
    has_quorum: bool
    is_passed: bool


class StandardDetail(StandardOut):
    """A standard with its whole life."""

    version: int = Field(description='what `If-Match` asks for, as the tag `"v3"`')
    proposed_by: OrganisationId | None = Field(description="the enterprise that applied for the norm")
    steps: list[StepOut]
    examination: ExaminationOut


class VoteOut(Output):
    member: str
    round: int = Field(description="number of the step that brought the draft before the committee")
    in_favour: bool | None
    ground: str | None
    recorded_at: datetime


class Text(Output):
    zh: str
    en: str


class CandidateOut(Output):
    """A standard in force for the item and level, and why it is chosen or not."""

    standard: StandardOut
    is_chosen: bool
    reason: Text


class ChoiceOut(Output):
    """The standard that an evaluation goes by."""

    item_code: str
    level: int
    day: date
    track: Track
    chosen: StandardId | None = Field(description="none: no standard in force fits")
    rule: Text
    candidates: list[CandidateOut]
