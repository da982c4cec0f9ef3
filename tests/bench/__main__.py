"""`make bench`: measure, write build/bench.json, print a table."""

import os
import tempfile
from pathlib import Path

from rich.console import Console

from client.discovery import checkout
from local.postgres import Postgres
from tests.bench import latency, pipeline, startup, uploads, verification
from tests.bench.figures import Figures
from tests.support.stack import Stack

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))


def main() -> None:
    screen, figures = Console(highlight=False, width=140), Figures()
    with tempfile.TemporaryDirectory(prefix="skills-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        quiet = {"RATE_PER_SECOND": "0", "LOG_LEVEL": "WARNING"}
        stack, scratch = Stack(Path(folder) / "platform", quiet), Postgres(Path(folder) / "scratch")
        scratch.create()
        scratch.start()
        try:
            screen.print("start-up and idle memory …")
            startup.measure(stack, figures, rounds=ROUNDS)
            screen.print("commit to applied …")
            latency.measure(figures, rounds=ROUNDS)
            screen.print("20,000 rows to certificates …")
            dsn = scratch.create_database("bench").replace("postgresql+asyncpg", "postgresql")
            plan_id = pipeline.measure(stack, figures, rounds=ROUNDS, dsn=dsn)
            screen.print("verification …")
            verification.measure(stack, figures, plan_id=plan_id, rounds=ROUNDS, dsn=dsn)
            screen.print("100,000 rows in one file …")
            uploads.measure(stack, figures)
        finally:
            stack.local("stop", is_quiet=True)
            scratch.kill()
    figures.write(checkout() / "build" / "bench.json")
    figures.show(screen)


if __name__ == "__main__":
    main()
