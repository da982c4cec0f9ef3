"""Keeps a platform running in the foreground: starts it, starts again what ends by itself, stops it when told."""

import fcntl
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from local.leftovers import end_leftovers
from local.process import Server
from local.settings import LocalSettings
from local.stack import Say, Stack, prepare_data
from local.state import State

WATCH_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
SOUND_SECONDS = 30.0
"""A server that ran this long is in order: its next restart follows at once again."""


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this data folder."""


class Stopped(BaseException):
    """Told to stop while something was being waited for; passes through everything, like KeyboardInterrupt."""


@dataclass
class Restarts:
    """How often one server ended by itself lately, and when it is started again."""

    pause: float = FIRST_PAUSE_SECONDS
    since: float = 0.0
    due: float | None = None


class Supervisor:
    """One per data folder. `run` returns when a signal told it to stop and everything has ended."""

    def __init__(self, settings: LocalSettings, say: Say) -> None:
        self.settings = settings
        self.say = say
        self._told_to_stop = threading.Event()
        self._restarts: dict[str, Restarts] = {}

    def run(self, announce: Say) -> None:
        """Start everything, announce the gateway's URL, watch. Raises AlreadyRunning or StartFailed."""
        prepare_data(self.settings.data)
        with held(self.settings.data):
            state = State.load(self.settings.data)
            if names := end_leftovers(state):
                self.say(f"  Ended what an earlier start left running: {', '.join(sorted(names))}")
            state.begin()
            stack = Stack(self.settings, state, self.say)
            with self._signals():
                try:
                    self._start_and_watch(stack, announce)
                finally:
                    self._told_to_stop.set()
                    stack.stop()
                    # The signal may have come between a start and our taking note of it.
                    end_leftovers(state)
                    state.end()

    def _start_and_watch(self, stack: Stack, announce: Say) -> None:
        try:
            stack.start()
            announce(stack.state.gateway_url or "")
            self._watch(stack)
        except Stopped:
            self.say("Stopping …")

    def _watch(self, stack: Stack) -> None:
        while True:
            for server in stack.servers:
                if not server.is_alive():
                    self._revive(stack, server)
            time.sleep(WATCH_SECONDS)

    def _revive(self, stack: Stack, server: Server) -> None:
        now = time.monotonic()
        restarts = self._restarts.setdefault(server.name, Restarts())
        if restarts.due is None:
            if now - restarts.since > SOUND_SECONDS:
                restarts.pause = FIRST_PAUSE_SECONDS
            self.say(f"  {server.name} ended by itself; starting it again (its log: {server.log})")
            restarts.due = now + restarts.pause
            restarts.pause = min(restarts.pause * 3, LONGEST_PAUSE_SECONDS)
        if now >= restarts.due:
            restarts.due, restarts.since = None, now
            stack.restart(server)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Ctrl-C, a closed terminal and a polite kill all stop the platform; while it stops, they change nothing."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(number, self._stop) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self._told_to_stop.is_set():
            self._told_to_stop.set()
            raise Stopped


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder; the operating system lets go of it however we end. Raises AlreadyRunning."""
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
