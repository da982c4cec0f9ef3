"""Kill, pause and damage everything at random for a bounded time, heal, then check the history.

python -m tests.faults.random_faults --seconds 60 --seed 1 --broker-loss
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from local.nats import Nats
from local.postgres import DISPOSABLE, Postgres
from tests.faults.history import Findings, check_applied, check_promises, read_history
from tests.support.messaging import NOTING, TELLING, Party, create_tables, opened

DATABASES = ("registration", "certificate", "audit")
EDGES = (("certificate", "registration"), ("audit", "registration"), ("audit", "certificate"))
NODES: dict[str, tuple[str, ...]] = {
    **{f"writer-{number}": ("writer", str(number)) for number in range(2)},
    "relay-registration-1": ("relay", "registration"),
    "relay-registration-2": ("relay", "registration"),
    "relay-certificate-1": ("relay", "certificate"),
    **{f"follower-{database}-{source}": ("follower", database, source) for database, source in EDGES},
}
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Report:
    """What was done, and what came of it."""

    seconds: float
    seed: int
    variant: str
    faults: dict[str, int] = field(default_factory=dict)
    drained_in_seconds: float | None = None
    alarms: dict[str, int] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Fleet:
    """The servers and the processes, with what can be done to them."""

    def __init__(self, folder: Path, *, seed: int, variant: str) -> None:
        self.folder, self.variant = folder, variant
        self.rng = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.postgres = Postgres(folder / "postgres", settings=DISPOSABLE)
        self.nats = Nats(folder / "nats", sync="1m")
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stale = folder / "stale"

    def start(self) -> None:
        self.postgres.create()
        self.postgres.start()
        for database in DATABASES:
            self.postgres.create_database(database)
            asyncio.run(create_tables(self.url(database)))
        self.nats.start()
        for name in NODES:
            self.spawn(name)

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        self.nats.kill()
        self.postgres.kill()

    def url(self, database: str) -> str:
        return self.postgres.dsn(database, driver="postgresql+asyncpg")

    def spawn(self, name: str) -> None:
        environment = {
            **os.environ,
            "FAULTS_POSTGRES": self.url("").rstrip("/"),
            "FAULTS_NATS": self.nats.url,
            "PYTHONPATH": str(CHECKOUT),
        }
        with (self.folder / f"{name}.out").open("ab") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.node", self.variant, *NODES[name]],
                cwd=self.folder,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def alarms(self) -> Counter[str]:
        """Why relays and followers stood still, by place; what passes by itself is none."""
        said: Counter[str] = Counter()
        for file in self.folder.glob("*.out"):
            for line in file.read_text(errors="replace").splitlines():
                if " stopped" in line and "cannot get past" not in line:
                    said[f"{file.stem}: {line.partition(' stopped')[2]}"] += 1
        return said

    def revive(self, *, writers: bool = True) -> None:
        """Start again whoever ended."""
        for name, process in list(self.running.items()):
            if process.poll() is not None and (writers or not name.startswith("writer")):
                self.faults["ended by itself"] += 1
                self.spawn(name)

    def kill_one(self) -> None:
        name = self.rng.choice(list(NODES))
        self.running[name].kill()
        self.running[name].wait()
        self.faults[f"kill {name.split('-')[0]}"] += 1
        time.sleep(self.rng.uniform(0, 0.4))
        self.spawn(name)

    def pause_one(self) -> None:
        name = self.rng.choice(list(NODES))
        self.running[name].send_signal(signal.SIGSTOP)
        time.sleep(self.rng.uniform(0.3, 2))
        self.running[name].send_signal(signal.SIGCONT)
        self.faults["pause"] += 1

    def make_zombie(self) -> None:
        """A leader pauses, loses its lock to another, and wakes up."""
        leader = self.running["relay-registration-1"]
        leader.send_signal(signal.SIGSTOP)
        asyncio.run(self._end_leaders_session())
        time.sleep(self.rng.uniform(0.3, 1.5))
        leader.send_signal(signal.SIGCONT)
        self.faults["zombie leader"] += 1

    async def _end_leaders_session(self) -> None:
        db = await asyncpg.connect(self.postgres.dsn("registration"), timeout=5)
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )
        await db.close()

    def kill_postgres(self) -> None:
        self.postgres.kill()
        self.faults["kill postgres"] += 1
        time.sleep(self.rng.uniform(0, 0.6))
        self.postgres.start()

    def kill_nats(self, damages: tuple[str, ...]) -> None:
        self.nats.kill()
        self.faults["kill nats"] += 1
        if damages:
            damage = self.rng.choice(damages)
            getattr(self, f"_{damage}")()
            self.faults[f"broker's disk: {damage}"] += 1
            if self.rng.random() < 0.5 and self.nats.store.exists():
                shutil.rmtree(self.stale, ignore_errors=True)
                shutil.copytree(self.nats.store, self.stale)
        time.sleep(self.rng.uniform(0, 0.6))
        self.nats.start()

    def _rolled_back(self) -> None:
        """As if nothing had been written through since then."""
        if self.stale.exists():
            shutil.rmtree(self.nats.store)
            shutil.copytree(self.stale, self.nats.store)

    def _wiped(self) -> None:
        shutil.rmtree(self.nats.store, ignore_errors=True)

    def _torn(self) -> None:
        if block := self._block(at_least=1):
            os.truncate(block, max(0, block.stat().st_size - self.rng.randrange(1, 60_000)))

    def _flipped(self) -> None:
        if block := self._block(at_least=100):
            raw = bytearray(block.read_bytes())
            raw[self.rng.randrange(len(raw))] ^= 1 << self.rng.randrange(8)
            block.write_bytes(raw)

    def _block(self, *, at_least: int) -> Path | None:
        blocks = [file for file in self.nats.store.rglob("*.blk") if file.stat().st_size >= at_least]
        return self.rng.choice(sorted(blocks)) if blocks else None


DAMAGES = ("rolled_back", "wiped", "torn", "flipped")


def nemesis(fleet: Fleet, *, seconds: float, broker_loss: bool, only_broker: bool) -> None:
    """Do harm until the time is up."""
    end = time.monotonic() + seconds
    damages = DAMAGES if broker_loss else ()
    acts = [
        (0.50, fleet.kill_one),
        (0.12, fleet.pause_one),
        (0.06, fleet.make_zombie),
        (0.18, lambda: fleet.kill_nats(damages)),
        (0.14, fleet.kill_postgres),
    ]
    while time.monotonic() < end:
        time.sleep(fleet.rng.uniform(0.2, 1.2))
        fleet.revive()
        if only_broker:
            fleet.kill_nats(damages)
        else:
            weights, choices = zip(*acts, strict=True)
            fleet.rng.choices(choices, weights)[0]()


async def drained(parties: dict[str, Party], fleet: Fleet, *, patience: float) -> float | None:
    """How long it took until everybody had applied everything; None when for so long nobody got on."""
    begun = moved_at = time.monotonic()
    left: list[int] | None = None
    while time.monotonic() - moved_at < patience:
        fleet.revive(writers=False)
        waiting = [await party.one("SELECT count(*) FROM outbox") for party in parties.values()]
        behind = [
            await parties[source].head() - await parties[database].position(source)
            for database, source in EDGES
        ]
        if not any(waiting) and not any(behind):
            return time.monotonic() - begun
        if [*waiting, *behind] != left:
            left, moved_at = [*waiting, *behind], time.monotonic()
        await asyncio.sleep(0.2)
    return None


async def judge(fleet: Fleet, report: Report, *, patience: float) -> None:
    """Let everything drain, mend the poison, apply what was parked, and check the history."""
    async with AsyncExitStack() as stack:
        parties = {
            name: await stack.enter_async_context(opened(name, fleet.url(name), fleet.nats.url))
            for name in DATABASES
        }
        report.drained_in_seconds = await drained(parties, fleet, patience=patience)
        if report.drained_in_seconds is None:
            report.wrong.append("did not drain")
        else:
            await _mend(parties, fleet, report)
        findings = Findings(report.figures, report.wrong)
        journals = {
            name: await read_history(parties[name], findings) for name in ("registration", "certificate")
        }
        check_promises(fleet.folder, journals["registration"], findings)
        for database, source in EDGES:
            await check_applied(parties[database], source, journals[source], findings)


async def _mend(parties: dict[str, Party], fleet: Fleet, report: Report) -> None:
    for database, source in EDGES:
        party = parties[database]
        report.parked[f"{source} → {database}"] = await party.one(
            "SELECT count(*) FROM parked WHERE source = :source", source=source
        )
        await party.sql("UPDATE switch SET mended = true")
        handlers = TELLING if database == "certificate" else NOTING
        if await party.follower(source, handlers=handlers).retry_parked():
            report.wrong.append(f"{source} → {database}: parked events remain")
        if await drained(parties, fleet, patience=60) is None:
            report.wrong.append("did not drain after mending")


def run_faults(
    *,
    seconds: float,
    seed: int,
    variant: str = "ours",
    broker_loss: bool = False,
    only_broker: bool = False,
    calm: bool = False,
    patience: float = 90,
) -> Report:
    """One run on servers of its own. `calm`: no faults at all, only slow transactions beside quick ones."""
    report = Report(seconds, seed, variant)
    with tempfile.TemporaryDirectory(prefix="skills-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        fleet = Fleet(folder, seed=seed, variant=variant)
        try:
            fleet.start()
            time.sleep(1.5)
            if calm:
                time.sleep(seconds)
            else:
                nemesis(fleet, seconds=seconds, broker_loss=broker_loss, only_broker=only_broker)
            for node, process in fleet.running.items():
                process.send_signal(signal.SIGCONT)
                if node.startswith("writer"):
                    process.kill()
                    process.wait()
            asyncio.run(judge(fleet, report, patience=patience))
            report.faults = dict(fleet.faults)
            report.alarms = dict(fleet.alarms())
            if report.wrong and (kept := os.environ.get("FAULTS_KEEP")):
                shutil.copytree(
                    folder, kept, dirs_exist_ok=True, ignore=shutil.ignore_patterns("postgres", "programs")
                )
        finally:
            fleet.stop()
    return report


def main() -> None:
    """The command: exits 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description="Random faults against the messaging.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--variant", default="ours")
    parser.add_argument("--broker-loss", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--only-broker", action="store_true")
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--patience", type=float, default=90)
    report = run_faults(**vars(parser.parse_args()))
    print(json.dumps(asdict(report), indent=1, ensure_ascii=False))  # noqa: T201
    sys.exit(bool(report.wrong))


if __name__ == "__main__":
    main()
