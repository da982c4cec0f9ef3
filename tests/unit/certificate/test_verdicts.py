"""The verdict on a certificate: by status and its age, three-valued, dated; never more than can be proven."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate.status.domain import Status
from certificate.verification import domain
from certificate.verification.domain import Bounds, Change, Finding, Ground, InputUsed, Known, Registered
from certificate.verification.reasons import span
from common.certificate_code import REFUSALS, KeySet, Verified, encode_text, verify_code
from tests.unit.certificate.codes import DAY, NUMBER, code, key_set, signer

AT = datetime(2026, 12, 24, 6, 3, 10, tzinfo=UTC)  # 14:03:10 in Beijing
SINCE = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
BOUNDS = Bounds(fresh=timedelta(seconds=60), usable=timedelta(hours=12))
GENUINE = verify_code(encode_text(code()), KeySet.parse(key_set(signer())))
assert isinstance(GENUINE, Verified)


def registered(**changes: object) -> Registered:
    standard = Registered(
        number=NUMBER,
        kind="skill_level",
        level=3,
        item_code="6-31-01-03",
        item_name="电工",
        organisation_name="江苏长江机械有限公司",
        entrusted_by=None,
        issued_on=DAY,
        kid="00",
        status_index=123_456,
        code=code(),
        known=Known("valid"),
        ground=Ground(),
    )
    return replace(standard, **changes)  # type: ignore[arg-type]


def found(known: Known | None, *, is_absent: bool = False, last_day: date | None = None) -> Finding:
    assert isinstance(GENUINE, Verified)
    return domain.by_code(GENUINE, known, None, AT, BOUNDS, is_absent=is_absent, last_day=last_day)


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "is_absent", "verdict", "state", "codes"),
    [
        (Known("valid"), False, "valid", "valid", ["registered"]),
        (Known("valid", age=MINUTE), False, "valid", "valid", ["registered"]),
        (Known("valid", age=MINUTE + SECOND), False, "valid", "valid", ["registered", "status-old"]),
        (Known("valid", age=12 * HOUR), False, "valid", "valid", ["registered", "status-old"]),
        (Known("valid", age=12 * HOUR + SECOND), False, "unprovable", "unknown", ["status-too-old"]),
        (Known("revoked", SINCE, "cheating"), False, "not_valid", "revoked", ["revoked"]),
        (
            Known("revoked", SINCE, "cheating", HOUR),
            False,
            "not_valid",
            "revoked",
            ["revoked", "status-old"],
        ),
        (Known("revoked", SINCE, age=13 * HOUR), False, "unprovable", "unknown", ["status-too-old"]),
        (Known("suspended", SINCE), False, "not_valid", "suspended", ["suspended"]),
        (Known("under_review", SINCE), False, "unprovable", "under_review", ["under-review"]),
        (Known("superseded", SINCE), False, "not_valid", "superseded", ["superseded"]),
        (
            Known("superseded", SINCE, age=400 * HOUR),
            False,
            "not_valid",
            "superseded",
            ["superseded", "status-old"],
        ),
        (None, False, "unprovable", "unknown", ["state-unreadable"]),
        (None, True, "not_valid", "not_issued", ["not-issued"]),
    ],
)
def test_every_status_of_every_age_has_its_verdict(
    known: Known | None, is_absent: bool, verdict: str, state: str, codes: list[str]
) -> None:
    finding = found(known, is_absent=is_absent)
    assert (finding.verdict, finding.state) == (verdict, state)
    assert [reason.code for reason in finding.reasons] == ["signature-holds", *codes]
    assert finding.checked_at == AT


def test_a_status_that_is_not_of_this_moment_says_of_which_it_is() -> None:
    old = found(Known("valid", age=timedelta(minutes=3))).reasons[-1]
    assert old.since == datetime(2026, 12, 24, 6, 0, 10, tzinfo=UTC)
    assert "2026-12-24 14:00:10（3分钟前）" in old.detail.zh
    assert "3 minutes" in old.detail.en


def test_a_revocation_names_the_class_of_its_reason_and_its_moment() -> None:
    finding = found(Known("revoked", SINCE, "cheating"))
    assert finding.since == SINCE
    assert "评价中舞弊" in finding.reasons[-1].detail.zh
    assert "2026-12-01 09:30:00" in finding.reasons[-1].detail.zh
    assert "cheating in the evaluation" in finding.reasons[-1].detail.en


@pytest.mark.parametrize(
    ("years", "last_day", "state"),
    [(None, None, "valid"), (1, date(2027, 11, 22), "valid"), (0, date(2026, 11, 22), "expired")],
)
def test_a_certificate_stands_for_good_unless_its_standard_limits_it(
    years: int | None, last_day: date | None, state: str
) -> None:
    assert domain.last_day_of(DAY, years) == last_day
    assert found(Known("valid"), last_day=last_day).state == state
    assert domain.last_day_of(date(2024, 2, 29), 5) == date(2029, 2, 28)


def test_what_is_not_genuine_or_not_issued_shows_nothing_of_what_it_claims() -> None:
    for finding in (
        domain.not_genuine(REFUSALS["signature"], AT),
        found(None, is_absent=True),
    ):
        assert finding.verdict == "not_valid"
        assert (finding.holder, finding.registered, finding.claims) == (None, None, None)


KNOWN = st.builds(
    Known,
    st.sampled_from(get_args(Status)),
    st.none() | st.just(SINCE),
    st.none() | st.just("cheating"),
    st.timedeltas(timedelta(), timedelta(days=30)),
)


@given(st.none() | KNOWN, st.booleans(), st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_valid_is_read_and_recent_and_not_valid_is_never_for_want_of_an_answer(
    known: Known | None, is_absent: bool, last_day: date | None
) -> None:
    finding = found(known, is_absent=is_absent, last_day=last_day)
    if finding.verdict == "valid":
        assert known is not None
        assert known.status == "valid"
        assert known.age <= BOUNDS.usable
    if finding.verdict == "not_valid" and known is None:
        assert is_absent
    if known is None and not is_absent:
        assert finding.verdict == "unprovable"
    if known is not None and known.age > BOUNDS.fresh:
        assert finding.reasons[-1].code in {"status-old", "status-too-old"}
    assert finding.reasons


ISSUED = datetime(2026, 11, 23, tzinfo=UTC)


class TestOfAnEarlierDay:
    HISTORY = (
        Change("suspended", datetime(2026, 12, 1, 1, 30, tzinfo=UTC), "cheating"),
        Change("valid", datetime(2026, 12, 3, 16, 30, tzinfo=UTC)),  # the 4th in Beijing
        Change("revoked", datetime(2026, 12, 20, 1, 0, tzinfo=UTC), "cheating"),
    )

    @pytest.mark.parametrize(
        ("day", "verdict", "state", "last"),
        [
            (date(2026, 11, 22), "not_valid", "not_yet_issued", "not-yet-issued"),
            (date(2026, 11, 23), "valid", "valid", "changed-since"),
            (date(2026, 12, 1), "not_valid", "suspended", "changed-since"),
            (date(2026, 12, 3), "not_valid", "suspended", "changed-since"),
            (date(2026, 12, 4), "valid", "valid", "changed-since"),
            (date(2026, 12, 20), "not_valid", "revoked", "revoked"),
        ],
    )
    def test_the_state_is_that_of_the_days_end(self, day: date, verdict: str, state: str, last: str) -> None:
        now = found(Known("revoked", SINCE, "cheating"))
        then = domain.on_day(now, DAY, self.HISTORY, day)
        assert (then.verdict, then.state, then.on) == (verdict, state, day)
        assert then.reasons[0].code == "signature-holds"
        assert then.reasons[-1].code == last

    @pytest.mark.parametrize(
        ("day", "state", "since"),
        [
            (date(2026, 12, 1), "under_review", 1),
            (date(2026, 12, 15), "revoked", 10),
            (date(2026, 12, 20), "under_review", 1),
        ],
    )
    def test_an_older_measure_that_comes_back_does_not_reach_over_the_graver_one(
        self, day: date, state: str, since: int
    ) -> None:
        review, revoked, annulled = (datetime(2026, 12, day, tzinfo=UTC) for day in (1, 10, 20))
        history = [
            Change("under_review", review, "tip", review),
            Change("revoked", revoked, "cheating", revoked),
            Change("under_review", annulled, "tip", review),
        ]
        then = domain.on_day(found(Known("under_review", review, "tip")), DAY, history, day)
        assert (then.state, then.since) == (state, datetime(2026, 12, since, tzinfo=UTC))

    def test_without_the_history_nothing_is_said_of_the_day(self) -> None:
        missing = (InputUsed("register", "missing"),)
        then = domain.history_unknown(found(Known("valid")), date(2026, 12, 1), missing)
        assert (then.verdict, then.state, then.inputs) == ("unprovable", "unknown", missing)
        assert then.reasons[-1].code == "history-unreadable"

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["valid", "suspended", "under_review", "revoked"]),
                st.integers(0, 60 * 24),
            ),
            max_size=6,
        ),
        st.dates(date(2026, 11, 1), date(2027, 2, 1)),
    )
    def test_it_is_the_last_change_until_the_days_end(
        self, changes: list[tuple[Status, int]], day: date
    ) -> None:
        ordered = sorted(changes, key=lambda change: change[1])
        history = [Change(status, ISSUED + timedelta(hours=hours)) for status, hours in ordered]
        then = domain.on_day(found(Known("valid")), DAY, history, day)
        end_of_day = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)  # midnight in Beijing
        status = "valid"
        for change in history:
            if change.at < end_of_day:
                status = change.status
        expected = "not_yet_issued" if day < DAY else status
        assert then.state == expected
        assert (then.verdict == "valid") == (expected == "valid")


def test_an_age_is_told_in_the_largest_unit_that_says_enough() -> None:
    ages = [SECOND * 90, MINUTE * 3, HOUR * 5, HOUR * 49]
    assert [span(age)[1] for age in ages] == ["90 seconds", "3 minutes", "5 hours", "2 days"]
    assert span(timedelta(seconds=-1)) == ("0秒", "0 seconds")
