"""Filing's rows; what their resources are made of is in `filing_world`."""

from typing import Any

from client.sample import people
from tests.contract.roles.filing_world import (
    KEY,
    REVIEWER,
    SCOPE,
    SITE,
    World,
    amended,
    draft,
    new_plan,
    started,
)
from tests.contract.roles.frame import table
from tests.contract.roles.rows import COUNTY, Made, Seat, both, in_charge, own, public, row
from tests.service.filing.world import approval

__all__ = ["ROWS", "World", "new_plan", "started"]
ELSEWHERE = (403, "permission-denied")  # the resource named is public, the act is the region's
NO_BODY = (403, "permission-denied")  # the foreign organisation of a token was never approved
HOLDER = {"name": "赵敏", "id_number": people(1)[0].id_number}
SUBJECT = {"issuer": "https://sso.example.gov.cn", "subject": "248289761001"}
REASON = {"reason": "生产任务调整,本批次取消。"}
RULE = {"enabled": True, "reason": "连续三年无抽查问题"}


def administrator(seat: Seat) -> bool:
    """Who keeps the accounts of the organisation."""
    return seat.role == "authority" or (seat.role == "organisation_administrator" and seat.is_own)


def region_head(seat: Seat) -> bool:
    """Who keeps the accounts of the county's centre."""
    return seat.role in ("authority", "centre_head") and seat.is_in_charge


def admission(made: Made) -> dict[str, Any]:
    return {
        "organisation_id": made["organisation_id"],
        "region": COUNTY,
        "starts_on": "2025-10-10",
        "ground": "force_majeure",
        "reason": "台风停工停课,原定考期顺延。",
    }


def register(_: Made) -> dict[str, str]:
    return dict(approval()["register"])


def end(_: Made) -> dict[str, str]:
    return {"last_day": "2026-01-31", "reason": "合同解除"}


ROWS = table(
    "filing",
    # tokens and accounts
    public("POST oauth/token"),
    public("GET oauth/jwks.json"),
    public("GET oauth/metadata"),
    row("POST accounts", "accounts:grant", region_head, body=REVIEWER, unseen=ELSEWHERE),
    row("GET accounts", "accounts:grant", region_head, "reviewer", listed="account_id"),
    row("GET accounts/{account_id}", "accounts:grant", administrator, "granted"),
    row("POST accounts/{account_id}/revocation", "accounts:grant", region_head, "reviewer"),
    row("POST accounts/{account_id}/secrets", "accounts:keep", administrator, "granted"),
    row("GET accounts/{account_id}/secrets/{secret_id}", "accounts:keep", administrator, "granted"),
    row(
        "POST accounts/{account_id}/secrets/{secret_id}/retirement", "accounts:keep", region_head, "reviewer"
    ),
    row("POST accounts/{account_id}/keys", "accounts:keep", administrator, "granted", body=KEY),
    row("POST accounts/{account_id}/keys/{kid}/retirement", "accounts:keep", administrator, "granted"),
    # people behind accounts
    row("POST accounts/{account_id}/holder", "accounts:grant", region_head, "reviewer", body=HOLDER),
    row(
        "POST accounts/{account_id}/oidc-identities", "accounts:grant", administrator, "granted", body=SUBJECT
    ),
    public("POST sign-ins"),
    public("POST sign-ins/enrolment"),
    public("POST sign-ins/oidc"),
    # organisations
    public("POST organisations"),
    public("GET organisations"),
    public("GET organisations/{organisation_id}"),
    row(
        "GET organisation-applications",
        "organisations:decide",
        in_charge,
        "applied",
        listed="organisation_id",
    ),
    row(
        "POST organisations/{organisation_id}/decision",
        "organisations:decide",
        in_charge,
        "applied",
        body=lambda _: approval(),
    ),
    row(
        "POST organisations/{organisation_id}/registers",
        "organisations:decide",
        in_charge,
        "own",
        body=register,
    ),
    row(
        "POST organisations/{organisation_id}/automatic-acceptance",
        "organisations:decide",
        in_charge,
        "own",
        body=RULE,
    ),
    row("POST organisations/{organisation_id}/scope-requests", "organisations:keep", own, "own", body=SCOPE),
    row("GET organisations/{organisation_id}/scope-requests", "documents:read", both, "own"),
    row("GET scope-requests", "organisations:decide", in_charge, "asked", listed="organisation_id"),
    row(
        "POST organisations/{organisation_id}/scope-requests/{number}/decision",
        "organisations:decide",
        in_charge,
        "asked",
        body={"approve": True},
    ),
    # sites and documents
    row("POST organisations/{organisation_id}/sites", "organisations:keep", own, "own", body=SITE),
    public("GET organisations/{organisation_id}/sites"),
    public("GET organisations/{organisation_id}/sites/{site_id}"),
    row("PUT organisations/{organisation_id}/sites/{site_id}", "organisations:keep", own, "site", body=SITE),
    public("POST documents"),
    row("GET documents/{sha256}", "documents:read", both, "document"),
    # entrustments
    row("POST entrustments", "entrustments:confirm"),
    row("GET entrustments", "plans:read", both, "entrustment", listed="entrustment_id"),
    row("GET entrustments/{entrustment_id}", "plans:read", both, "entrustment"),
    row("POST entrustments/{entrustment_id}/confirmation", "entrustments:confirm", own, "proposal"),
    row("POST entrustments/{entrustment_id}/end", "entrustments:confirm", own, "entrustment", body=end),
    # plans
    row("POST plans", "plans:file"),
    row("GET waiting-amendments", "plans:decide", in_charge, "amended", listed="plan_id"),
    row("POST plan-drafts", "plans:file", own, unseen=NO_BODY),
    row("GET plan-drafts", "plans:file", own, "draft", listed="draft_id"),
    row("GET plan-drafts/{draft_id}", "plans:file", own, "draft"),
    row("PUT plan-drafts/{draft_id}", "plans:file", own, "draft", body=draft),
    row("DELETE plan-drafts/{draft_id}", "plans:file", own, "draft", is_afresh=True),
    row("POST plan-drafts/{draft_id}/filing", "plans:file", own, "draft", is_afresh=True),
    row("POST direct-plans", "plans:file_direct"),
    public("GET late-admissions"),
    row("POST late-admissions", "plans:admit_late", in_charge, "own", body=admission, unseen=ELSEWHERE),
    row("GET plans", "plans:read", both, "filed", listed="plan_id"),
    row("GET plans/queue", "plans:decide", in_charge, "filed", listed="plan_id"),
    row("GET plans/{plan_id}", "plans:read", both, "filed"),
    row("PUT plans/{plan_id}", "plans:file", own, "filed", body=new_plan),
    row("POST plans/{plan_id}/decision", "plans:decide", in_charge, "filed", body={"decision": "accept"}),
    row("POST plans/{plan_id}/withdrawal", "plans:file", own, "filed", body=REASON),
    row("POST plans/{plan_id}/cancellation", "plans:decide", in_charge, "filed", body=REASON),
    row("POST plans/{plan_id}/amendments", "plans:file", own, "accepted", body=amended),
    row("GET plans/{plan_id}/amendments", "plans:read", both, "filed"),
    row(
        "POST plans/{plan_id}/amendments/{number}/decision",
        "plans:decide",
        in_charge,
        "amended",
        body={"accept": True},
    ),
)
