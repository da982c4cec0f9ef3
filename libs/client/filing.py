"""Calls to filing: organisations, dedicated accounts, plans."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from client.calls import Call, create, get, update
from client.shapes import Listing, Shape
from client.tokens import Credentials

BASE = "/filing/v1"


class Organisation(Shape):
    id: str
    name: str
    uscc: str
    kind: str
    region: str


class Account(Shape):
    """A granted account. The secret is in the first answer only: a repetition of the request is told null."""

    account_id: str
    role: str
    client_id: str
    client_secret: str | None = None

    @property
    def credentials(self) -> Credentials:
        """Raises ValueError when the answer carries no secret any more: grant another account then."""
        if self.client_secret is None:
            raise ValueError("the secret was shown in an earlier answer that did not arrive")
        return Credentials(self.client_id, self.client_secret)


class Plan(Shape):
    id: str
    state: str
    number: str | None = None
    starts_on: date
    ends_on: date


class QueuedPlan(Shape):
    """A plan that waits for its decision, and how long it has."""

    id: str
    number: str
    workdays_waiting: int
    due_on: date
    urgency: str
    escalated_to: list[str]


class Amendment(Shape):
    """An amendment: `in_force`, or `waiting` for new notice and the centre's decision."""

    plan_id: str
    number: int
    state: str
    changes: list[str]


class PlanCheck(Shape):
    """What a dry run found: every problem at once, and the days that matter."""

    acceptable: bool
    last_filing_day: date
    earliest_start: date


def apply(organisation: Mapping[str, Any]) -> Call[Organisation]:
    """Apply to become an evaluating body (Art. 12)."""
    return create(f"{BASE}/organisations", Organisation, organisation)


def read_organisation(organisation_id: str) -> Call[Organisation]:
    return get(f"{BASE}/organisations/{organisation_id}", Organisation)


def list_organisations(*, limit: int = 200, cursor: str | None = None) -> Call[Listing[Organisation]]:
    return get(f"{BASE}/organisations", Listing[Organisation], {"limit": limit, "cursor": cursor})


def decide_organisation(organisation_id: str, decision: Mapping[str, Any]) -> Call[Organisation]:
    return create(f"{BASE}/organisations/{organisation_id}/decision", Organisation, decision)


def grant_account(
    role: str, *, label: str, organisation_id: str | None = None, region: str | None = None
) -> Call[Account]:
    """Grant a dedicated account to an organisation or to the centre of a region (Art. 18)."""
    body = {"role": role, "label": label, "organisation_id": organisation_id, "region": region}
    return create(f"{BASE}/accounts", Account, body)


def revoke_account(account_id: str) -> Call[Any]:
    return create(f"{BASE}/accounts/{account_id}/revocation", Any)


def file_plan(plan: Mapping[str, Any], *, idempotency_key: str | None = None) -> Call[Plan]:
    """File an evaluation plan, 15 working days ahead (Art. 18(1))."""
    return create(f"{BASE}/plans", Plan, plan, idempotency_key=idempotency_key)


def check_plan(plan: Mapping[str, Any]) -> Call[PlanCheck]:
    """Ask whether a plan would stand, without filing it."""
    return create(f"{BASE}/plans", PlanCheck, plan, query={"dry_run": True})


def read_plan(plan_id: str) -> Call[Plan]:
    return get(f"{BASE}/plans/{plan_id}", Plan)


def list_plans(*, limit: int = 50, cursor: str | None = None) -> Call[Listing[Plan]]:
    return get(f"{BASE}/plans", Listing[Plan], {"limit": limit, "cursor": cursor})


def replace_plan(plan_id: str, plan: Mapping[str, Any], *, etag: str) -> Call[Plan]:
    return update(f"{BASE}/plans/{plan_id}", Plan, plan, etag=etag)


def accept_plan(plan_id: str) -> Call[Plan]:
    return create(f"{BASE}/plans/{plan_id}/decision", Plan, {"decision": "accept"})


def return_plan(plan_id: str, reasons: Sequence[Mapping[str, str]]) -> Call[Plan]:
    return create(f"{BASE}/plans/{plan_id}/decision", Plan, {"decision": "return", "reasons": list(reasons)})


def reject_plan(plan_id: str, reasons: Sequence[Mapping[str, str]]) -> Call[Plan]:
    """Refuse a plan for good; a return asks for mending instead."""
    return create(f"{BASE}/plans/{plan_id}/decision", Plan, {"decision": "reject", "reasons": list(reasons)})


def list_queue(*, limit: int = 50, cursor: str | None = None) -> Call[Listing[QueuedPlan]]:
    """Plans of the account's region that wait for their decision, the longest waiting first."""
    return get(f"{BASE}/plans/queue", Listing[QueuedPlan], {"limit": limit, "cursor": cursor})


def set_automatic_acceptance(organisation_id: str, *, enabled: bool, reason: str) -> Call[Any]:
    """Let plans of an organisation in good standing be accepted by rule, or stop it (Art. 21)."""
    body = {"enabled": enabled, "reason": reason}
    return create(f"{BASE}/organisations/{organisation_id}/automatic-acceptance", Any, body)


def amend_plan(plan_id: str, plan: Mapping[str, Any], *, etag: str) -> Call[Amendment]:
    """Amend an accepted plan before its first day; `plan` without its contact."""
    call: Call[Amendment] = create(f"{BASE}/plans/{plan_id}/amendments", Amendment, plan)
    return replace(call, headers={**call.headers, "If-Match": etag})


def list_amendments(plan_id: str) -> Call[Listing[Amendment]]:
    return get(f"{BASE}/plans/{plan_id}/amendments", Listing[Amendment])


def list_waiting_amendments(*, cursor: str | None = None) -> Call[Listing[Amendment]]:
    """Amendments of the account's region that wait for a decision."""
    return get(f"{BASE}/waiting-amendments", Listing[Amendment], {"cursor": cursor})


def decide_amendment(
    plan_id: str, number: int, *, accept: bool, reason: str | None = None
) -> Call[Amendment]:
    body = {"accept": accept, "reason": reason}
    return create(f"{BASE}/plans/{plan_id}/amendments/{number}/decision", Amendment, body)


def withdraw_plan(plan_id: str, *, reason: str) -> Call[Plan]:
    """Cancel an own plan before its first day."""
    return create(f"{BASE}/plans/{plan_id}/withdrawal", Plan, {"reason": reason})


def cancel_plan(plan_id: str, *, reason: str) -> Call[Plan]:
    """Cancel a plan of the centre's region until its last day."""
    return create(f"{BASE}/plans/{plan_id}/cancellation", Plan, {"reason": reason})


def file_direct_plan(plan: Mapping[str, Any], *, organisation_id: str) -> Call[Plan]:
    """File a plan of the direct channel, by the department's account; a government centre carries it out (Art. 14)."""
    return create(f"{BASE}/direct-plans", Plan, {**plan, "organisation_id": organisation_id})


def admit_late(
    *, organisation_id: str, region: str, starts_on: date, ground: str, reason: str
) -> Call[dict[str, Any]]:
    """Admit one plan though it is filed too late; ground and reason are published (Art. 18(1))."""
    body = {
        "organisation_id": organisation_id,
        "region": region,
        "starts_on": starts_on,
        "ground": ground,
        "reason": reason,
    }
    return create(f"{BASE}/late-admissions", dict[str, Any], body)


def list_late_admissions(*, cursor: str | None = None) -> Call[Listing[dict[str, Any]]]:
    return get(f"{BASE}/late-admissions", Listing[dict[str, Any]], {"cursor": cursor})


def keep_draft(
    content: Mapping[str, Any] | None = None, *, copy_of: str | None = None, starts_on: date | None = None
) -> Call[dict[str, Any]]:
    """Keep a draft in any state, or a copy of an earlier plan moved to another first day."""
    body = {"content": content, "copy_of": copy_of, "starts_on": starts_on}
    return create(f"{BASE}/plan-drafts", dict[str, Any], body)


def read_draft(draft_id: str) -> Call[dict[str, Any]]:
    """A draft with everything that keeps it from being filed today."""
    return get(f"{BASE}/plan-drafts/{draft_id}", dict[str, Any])


def list_drafts(*, cursor: str | None = None) -> Call[Listing[dict[str, Any]]]:
    return get(f"{BASE}/plan-drafts", Listing[dict[str, Any]], {"cursor": cursor})


def change_draft(draft_id: str, content: Mapping[str, Any], *, etag: str) -> Call[Any]:
    return update(f"{BASE}/plan-drafts/{draft_id}", Any, {"content": content}, etag=etag)


def file_draft(draft_id: str) -> Call[Plan]:
    """File what a draft says; the draft is gone then."""
    return create(f"{BASE}/plan-drafts/{draft_id}/filing", Plan)
