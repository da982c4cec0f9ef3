"""What a process heard a moment ago is in force, whatever its tables held when they were read."""

from datetime import UTC, date, datetime

import pytest

from common.auth import HEARD_SECONDS, Caller, TokenChecker, TokenRefused
from common.ids import uuid7
from common.measures import Shut
from tests.support.service import KEY_ID, ORIGIN, public_jwk, token

KEYS = [(KEY_ID, public_jwk(), None)]
DAY = date(2026, 11, 23)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checker(clock: Clock) -> TokenChecker:
    made = TokenChecker(issuer=f"{ORIGIN}/filing", clock=clock)
    made.load(KEYS, [])
    return made


def test_a_revocation_outlives_a_look_into_the_tables_from_before_it(
    checker: TokenChecker, clock: Clock
) -> None:
    account = uuid7()
    bearer = token("plan_filer", account_id=account)
    assert checker.check(bearer, datetime.now(UTC)).account_id == account
    checker.revoke(account)
    checker.load(KEYS, [])
    with pytest.raises(TokenRefused, match="token-invalid"):
        checker.check(bearer, datetime.now(UTC))
    clock.seconds = HEARD_SECONDS + 1  # by then the tables are right: another process may have been wrong
    checker.load(KEYS, [])
    assert checker.check(bearer, datetime.now(UTC)).account_id == account


def test_a_measure_and_its_end_outlive_a_look_into_the_tables_from_before(
    checker: TokenChecker, clock: Clock
) -> None:
    organisation = uuid7()
    caller = Caller(uuid7(), "plan_filer", frozenset(), organisation)
    measure = Shut(DAY, None, "7号")
    checker.stand(organisation, (measure,))
    checker.load(KEYS, [])
    assert checker.shut_by(caller, DAY) == measure
    clock.seconds = HEARD_SECONDS + 1
    checker.load(KEYS, [], {organisation: (measure,)})
    checker.stand(organisation, ())
    checker.load(KEYS, [], {organisation: (measure,)})
    assert checker.shut_by(caller, DAY) is None


def test_a_measure_holds_from_its_first_day_through_its_last(checker: TokenChecker) -> None:
    organisation = uuid7()
    caller = Caller(uuid7(), "plan_filer", frozenset(), organisation)
    checker.load(KEYS, [], {organisation: (Shut(DAY, date(2026, 11, 25), None),)})
    found = [checker.shut_by(caller, date(2026, 11, day)) is not None for day in (22, 23, 25, 26)]
    assert found == [False, True, True, False]
    other = Caller(uuid7(), "centre_reviewer", frozenset(), None, "320100")
    assert checker.shut_by(other, DAY) is None
