"""A server as a child process: started, waited for, stopped or killed, with its output in a log file."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

MARK = "SKILLS_LOCAL_DATA"
"""Variable in the environment of every child: the data folder it belongs to, so that we can find it again."""

PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "PYTHONPATH",
    "PYTHONHOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)

POLL_SECONDS = 0.03


class StartFailed(RuntimeError):
    """A server ended, or stayed silent, before it was ready; carries the tail of its log."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        self.name, self.log = name, log
        super().__init__(f"{name} {reason}; the end of {log}:\n{tail(log)}")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented; what to show when its writer failed."""
    try:
        text = log.read_text(errors="replace")
    except OSError as problem:
        return f"    (no log: {problem.strerror})"
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (empty)"


class Server(ABC):
    """One child process. Subclasses say how it is called and when it is ready."""

    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15

    def __init__(self, name: str, *, log: Path, mark: Path | None = None) -> None:
        self.name = name
        self.log = log
        self.mark = mark
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """The program and its arguments."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether it does its work now; must answer at once."""

    def environment(self) -> Mapping[str, str]:
        """The child's whole environment."""
        return base_environment()

    def user(self) -> int | None:
        """The user to run as, where that is not the present one."""
        return None

    def group(self) -> int | None:
        return None

    def prepare(self) -> None:  # noqa: B027 - most servers need nothing here
        """What has to be in place before every start."""

    @property
    def pid(self) -> int:
        """The child's process id. Raises LookupError when it was never started."""
        if self.process is None:
            raise LookupError(f"{self.name} was not started")
        return self.process.pid

    def start(self, seconds: float = 60) -> None:
        """Start it and wait until it is ready. Raises StartFailed."""
        self.spawn()
        self.wait(seconds)

    def spawn(self) -> None:
        """Start it without waiting. The child has its own session: Ctrl-C in our terminal is ours alone."""
        self.prepare()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        environment = dict(self.environment())
        if self.mark:
            environment[MARK] = str(self.mark)
        user, group = self.user(), self.group()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
            )

    def wait(self, seconds: float = 60) -> None:
        """Wait until it is ready. Raises StartFailed when it ends first or takes longer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise StartFailed(self.name, "ended while starting", self.log)
            if self.is_ready():
                return
            time.sleep(POLL_SECONDS)
        raise StartFailed(self.name, f"was not ready within {seconds:.0f} s", self.log)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Tell it to end, without waiting for it."""
        if self.process is not None and self.is_alive():
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """End it, by force when it does not end in time. May be called twice."""
        self.ask_to_stop()
        if self.process is None:
            return
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Kill it and its children at once, as a power cut would."""
        if self.process is None:
            return
        kill_family(self.process.pid)
        self.process.wait()
        self.process = None


def base_environment() -> dict[str, str]:
    """What a child needs of our environment: where programs and the language are, none of our secrets."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def kill_family(pid: int) -> None:
    """SIGKILL to a process and its descendants, the parent first so that it cannot restart a child."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    wait_until_gone(family, seconds=5)


def wait_until_gone(processes: Sequence[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Wait for processes that need not be our children; those that still run after the time."""
    deadline = time.monotonic() + seconds
    while remaining := [process for process in processes if _runs(process)]:
        if time.monotonic() >= deadline:
            return remaining
        time.sleep(POLL_SECONDS / 3)
    return []


def _runs(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie only waits for its parent to take notice."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
