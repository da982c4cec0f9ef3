"""Reproducible draws: the same for everyone, fair, and bound to what was committed before."""

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.supervision import domain
from audit.supervision.domain import Card
from client import audit as sdk

SEED = "00" * 31 + "01"
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)
pools = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12, unique=True)


def test_a_lot_is_the_hash_of_seed_separator_and_member() -> None:
    expected = hashlib.sha256(bytes(31) + b"\x01" + b"\x1f" + "督".encode()).hexdigest()
    assert f"{domain.ticket(SEED, '督'):064x}" == expected


@given(seeds, pools)
def test_the_order_of_the_pool_does_not_change_who_is_drawn(seed: str, pool: list[str]) -> None:
    assert domain.draw_lowest(seed, pool, count=1) == domain.draw_lowest(seed, pool[::-1], count=1)


@given(seeds, pools)
def test_everyone_is_drawn_at_rate_one_and_nobody_at_rate_zero(seed: str, pool: list[str]) -> None:
    assert domain.draw_at_rate(seed, pool, rate=Decimal(1)) == tuple(pool)
    assert domain.draw_at_rate(seed, pool, rate=Decimal(0)) == ()


@given(
    seeds, st.decimals(min_value=0, max_value=1, places=3), st.decimals(min_value=0, max_value=1, places=3)
)
def test_a_higher_rate_draws_everyone_whom_a_lower_rate_draws(
    seed: str, one: Decimal, other: Decimal
) -> None:
    pool = ["plan_a", "plan_b", "plan_c", "plan_d"]
    low, high = sorted((one, other))
    drawn_low = set(domain.draw_at_rate(seed, pool, rate=low))
    assert drawn_low <= set(domain.draw_at_rate(seed, pool, rate=high))


def test_four_equal_members_are_drawn_equally_often() -> None:
    """Chi-square over 8,000 draws, 3 degrees of freedom: 16.27 is exceeded by chance once in a thousand."""
    seeds = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(8000))
    drawn = Counter(domain.draw_lowest(seed, ["a", "b", "c", "d"], count=1)[0] for seed in seeds)
    assert sum((drawn[member] - 2000) ** 2 / 2000 for member in "abcd") < 16.27


@given(seeds, pools.filter(lambda pool: not any('"' in m or "\\" in m or not m.isprintable() for m in pool)))
def test_the_sdk_draws_the_same_from_what_is_published(seed: str, pool: list[str]) -> None:
    for purpose, rate in (("spot_check", Decimal("0.5")), ("supervisor", None)):
        published = sdk.Draw(
            id="draw",
            purpose=purpose,
            rate=rate and str(rate),
            pool_sha256=domain.pool_digest(pool),
            seed_sha256=domain.seed_digest(seed),
            revealed_at=None,
            pool=tuple(pool),
            seed=seed,
            drawn=None,
        )
        assert sdk.redraw(published) == domain.run_draw(purpose, seed, pool, rate)
        with pytest.raises(ValueError, match="pool"):
            sdk.redraw(published.model_copy(update={"pool": (*pool, "another")}))
        with pytest.raises(ValueError, match="seed"):
            sdk.redraw(published.model_copy(update={"seed": "ff" * 32 if seed != "ff" * 32 else SEED}))


DAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("region", "valid_to", "busy", "may_go"),
    [
        pytest.param("320106", DAY, (), True, id="own county, card ends that day"),
        pytest.param("320100", DAY, (), True, id="city covers its county"),
        pytest.param("320000", DAY, (), True, id="province covers all"),
        pytest.param("320102", DAY, (), False, id="another county"),
        pytest.param("320200", DAY, (), False, id="another city"),
        pytest.param("320106", date(2026, 12, 13), (), False, id="card ended the day before"),
        pytest.param("320106", DAY, (DAY,), False, id="sent elsewhere that day"),
    ],
)
def test_who_may_be_sent(region: str, valid_to: date, busy: tuple[date, ...], may_go: bool) -> None:
    card = Card("supervisor_x", region, valid_to, frozenset(busy))
    assert (domain.eligible([card], region="320106", on=DAY) == ("supervisor_x",)) is may_go


def test_a_report_is_refused_the_day_before_and_taken_on_the_day() -> None:
    with pytest.raises(domain.ReportTooEarly):
        domain.check_report(state="assigned", on=DAY, today=date(2026, 12, 13))
    domain.check_report(state="assigned", on=DAY, today=DAY)
    with pytest.raises(domain.AlreadyReported):
        domain.check_report(state="reported", on=DAY, today=DAY)
