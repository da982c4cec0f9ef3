"""Who may do what: the roles of accounts and the scopes that each of them carries (Art. 18: dedicated accounts)."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "catalog:publish": "publish editions of the list",
    "catalog:draft": "keep the year's plan of standards, their committees, votes and steps",
    "consultations:answer": "put drafts before the public, answer opinions, close with a summary",
    "opinions:give": "give opinions on drafts for an organisation or a centre",
    "recommendations:make": "recommend representative enterprises of a county, pick those of a city",
    "standards:propose": "propose standards: provincial ones, or norms of one's own enterprise",
    "organisations:decide": "approve or refuse evaluating bodies",
    "organisations:keep": "keep one's own organisation: its sites, and requests for another scope",
    "entrustments:confirm": "propose, confirm and end entrustments",
    "documents:read": "read documents of organisations and entrustments",
    "accounts:grant": "grant and revoke dedicated accounts within one's own charge",
    "accounts:keep": "change the secrets and keys of one's own account, or of those one grants",
    "clock:move": "move the clock of a sandbox",
    "plans:file": "file evaluation plans",
    "plans:file_direct": "file plans of the direct channel, for the department itself",
    "plans:admit_late": "admit plans that are filed too late, with a published reason",
    "plans:read": "read evaluation plans",
    "plans:decide": "accept or return evaluation plans",
    "rosters:submit": "submit rosters of candidates",
    "evidence:keep": "keep files that rosters and corrections rest on",
    "rosters:read": "read rosters (masked)",
    "identities:reveal": "see documents of candidates in clear, for a stated purpose",
    "rosters:review": "review the qualification of candidates",
    "appeals:decide": "decide on appeals against refusals",
    "results:record": "enter batches of results",
    "results:admit_late": "let results in after the time limit, with a published reason",
    "results:read": "read results (masked)",
    "objections:decide": "acknowledge and decide objections against published results",
    "corrections:request": "ask for the correction of a recorded result",
    "corrections:read": "read requests for corrections",
    "corrections:decide": "decide requests for corrections that another account made",
    "supervision:read": "read supervisions",
    "supervision:assign": "assign supervisors to sessions",
    "supervision:report": "report on a supervised session",
    "supervisors:manage": "keep the registers of supervisors and examiners",
    "recognition:decide": "decide on the recognition of results",
    "certificates:read": "read and print certificates",
    "certificates:verify_lists": "verify lists of certificates on a ground of the law",
    "certificates:import": "import certificates of the time before the platform",
    "certificates:revoke": "suspend, review and revoke certificates",
    "certificates:appeal": "appeal against revocations, for the holder",
    "certificates:decide_appeal": "decide appeals against revocations that another account made",
    "certificates:take_up": "have a batch that issues no certificates taken up again",
    "keys:read": "see the lives of signing keys, and what the series of numbers have given",
    "keys:compromise": "declare signing keys compromised",
    "listings:propose": "propose a measure against an evaluating body",
    "listings:read": "read cases against evaluating bodies",
    "listings:answer": "make the body's statement or appeal in a case",
    "listings:decide": "decide cases, and appeals, that other accounts proposed or decided",
    "complaints:handle": "read complaints of one's region, take them up and answer them",
    "webhooks:keep": "keep webhooks of one's organisation and read its feed",
    "journal:read": "read the whole journal",
    "statistics:read": "ask for figures that are not published yet, and for files of them",
    "statistics:publish": "publish the figures of a month",
    "parked:mend": "mend and retry parked events",
}

_PLAN_FILER = frozenset(
    {
        "opinions:give",
        "standards:propose",
        "organisations:keep",
        "entrustments:confirm",
        "documents:read",
        "plans:file",
        "plans:read",
        "rosters:submit",
        "evidence:keep",
        "rosters:read",
        "results:read",
        "certificates:read",
        "certificates:appeal",
        "certificates:verify_lists",
    }
)
_RESULT_RECORDER = frozenset(
    {
        "plans:read",
        "rosters:read",
        "evidence:keep",
        "results:record",
        "corrections:request",
        "corrections:read",
        "results:read",
        "certificates:read",
        "certificates:verify_lists",
    }
)
_CENTRE_REVIEWER = frozenset(
    {
        "opinions:give",
        "recommendations:make",
        "plans:read",
        "plans:decide",
        "rosters:read",
        "rosters:review",
        "results:read",
        "objections:decide",
        "corrections:request",
        "corrections:read",
        "corrections:decide",
        "supervision:read",
        "certificates:read",
    }
)
_CENTRE_DISPATCHER = frozenset({"plans:read", "supervision:read", "supervision:assign", "supervisors:manage"})

_OF_ALL = frozenset({"accounts:keep"})
_ROLES: Final[dict[str, frozenset[str]]] = {
    "authority": frozenset(
        {
            "catalog:publish",
            "catalog:draft",
            "consultations:answer",
            "recommendations:make",
            "standards:propose",
            "organisations:decide",
            "documents:read",
            "accounts:grant",
            "clock:move",
            "plans:file_direct",
            "plans:admit_late",
            "plans:read",
            "plans:decide",
            "rosters:read",
            "rosters:review",
            "appeals:decide",
            "identities:reveal",
            "results:admit_late",
            "results:read",
            "objections:decide",
            "corrections:request",
            "corrections:read",
            "corrections:decide",
            "supervision:read",
            "supervisors:manage",
            "recognition:decide",
            "certificates:read",
            "certificates:import",
            "certificates:revoke",
            "certificates:appeal",
            "certificates:decide_appeal",
            "certificates:take_up",
            "keys:read",
            "keys:compromise",
            "listings:propose",
            "listings:read",
            "listings:answer",
            "listings:decide",
            "complaints:handle",
            "journal:read",
            "statistics:read",
            "statistics:publish",
            "parked:mend",
        }
    ),
    "plan_filer": _PLAN_FILER,
    "result_recorder": _RESULT_RECORDER,
    "organisation_reader": frozenset(
        {"plans:read", "rosters:read", "results:read", "certificates:read", "certificates:verify_lists"}
    ),
    "organisation_administrator": _PLAN_FILER
    | _RESULT_RECORDER
    | {"accounts:grant", "listings:read", "listings:answer", "webhooks:keep"},
    "centre_reviewer": _CENTRE_REVIEWER,
    "centre_dispatcher": _CENTRE_DISPATCHER,
    "centre_head": _CENTRE_REVIEWER
    | _CENTRE_DISPATCHER
    | {
        "accounts:grant",
        "appeals:decide",
        "results:admit_late",
        "plans:admit_late",
        "recognition:decide",
        "certificates:revoke",
        "certificates:appeal",
        "certificates:decide_appeal",
        "certificates:take_up",
        "organisations:decide",
        "documents:read",
        "identities:reveal",
        "listings:propose",
        "listings:read",
        "listings:answer",
        "complaints:handle",
        "statistics:read",
    },
    "supervisor": frozenset({"supervision:read", "supervision:report"}),
}
ROLES: Final[dict[str, frozenset[str]]] = {role: scopes | _OF_ALL for role, scopes in _ROLES.items()}
ORGANISATION_ROLES: Final = frozenset(
    {"plan_filer", "result_recorder", "organisation_reader", "organisation_administrator"}
)
REGION_ROLES: Final = frozenset({"centre_reviewer", "centre_dispatcher", "centre_head", "supervisor"})


def scopes_of(role: str) -> frozenset[str]:
    """The scopes of a role; none for a role that is not known."""
    return ROLES.get(role, frozenset())
