"""An integrator's account over the years: its secret is changed without a pause, then a key takes its place."""

import random

import pytest
from joserfc.jwk import ECKey

from client import accounts, filing, journey, sample
from client.problems import Problem
from client.tokens import Credentials, KeyCredentials
from tests.support.stack import Stack


def test_a_secret_gives_way_to_another_and_that_to_a_key(stack: Stack) -> None:
    rng = random.Random(9201)
    body = journey.register_body(
        stack.authority, sample.employer(rng), mode="enterprise", levels=(5, 4), rng=rng
    )
    granted = journey.grant(
        stack.authority, "plan_filer", label="人事系统", organisation_id=body.organisation.id
    )
    first = stack.public.acting_as(granted.credentials)
    (old,) = stack.authority.send(accounts.read_account(granted.account_id)).secrets

    added = first.send(accounts.add_secret(granted.account_id))
    second = stack.public.acting_as(Credentials(granted.client_id, str(added.client_secret)))
    assert second.send(filing.list_plans()).items == ()
    retired = second.send(accounts.retire_secret(granted.account_id, old.id))
    assert retired.retired_at is not None
    with pytest.raises(Problem) as refused:
        stack.public.acting_as(granted.credentials).send(filing.list_plans())
    assert refused.value.status == 401

    pair = ECKey.generate_key("P-256")
    key = second.send(accounts.register_key(granted.account_id, pair.as_dict(private=False)))
    assert key.kid == pair.thumbprint()
    second.send(accounts.retire_secret(granted.account_id, added.id))
    by_key = stack.public.acting_as(
        KeyCredentials(granted.client_id, pair, issuer=f"{stack.gateway_url}/filing")
    )
    assert by_key.send(filing.list_plans()).items == ()

    told = stack.authority.send(accounts.read_account(granted.account_id))
    assert [secret.retired_at is not None for secret in told.secrets] == [True, True]
    assert ([one.kid for one in told.keys], told.last_used_at is not None) == ([key.kid], True)
    listed = stack.authority.send(accounts.list_accounts()).items
    assert granted.account_id in {account.account_id for account in listed}
