"""`python -m local run|start|stop|status|clean`: the platform on this machine."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from local.leftovers import end_leftovers
from local.process import StartFailed, wait_until_gone
from local.settings import LocalSettings
from local.stack import prepare_data, remove_data
from local.state import State
from local.supervisor import AlreadyRunning, Supervisor, held

STOP_SECONDS = 60
START_SECONDS = 180
NOT_RUNNING = 3
"""Exit status of `status`, as init scripts have it."""

WHAT_TO_TRY = """
The platform is ready:  {url}

  {url}/                       start page, the five APIs
  .venv/bin/skills --help                      the command line
  curl '{url}/catalog/v1/items?q=电工'
  make demo                                    2,000 workers from roster to certificate

Data and logs: {data}
"""


def main() -> int:
    """Carry out one command; its exit status."""
    commands: dict[str, Callable[[LocalSettings], int]] = {
        "run": run,
        "start": start,
        "stop": stop,
        "status": status,
        "clean": clean,
    }
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=commands, help="run stays in the foreground, start does not")
    return commands[parser.parse_args().command](LocalSettings.from_environment())


def run(settings: LocalSettings) -> int:
    """Start everything here, keep it running, stop it on Ctrl-C."""
    say("Starting the platform (PostgreSQL, NATS, gateway, five services):")
    begun = time.monotonic()

    def announce(url: str) -> None:
        say(f"  {'Everything answers':<42} {time.monotonic() - begun:5.1f} s")
        say(WHAT_TO_TRY.format(url=url, data=settings.data) + "\nCtrl-C (or: make stop) stops everything.")

    try:
        Supervisor(settings, say).run(announce)
    except AlreadyRunning:
        say(
            f"The platform of this folder runs already: {State.load(settings.data).gateway_url}\nmake stop stops it."
        )
    except (StartFailed, LookupError, OSError, RuntimeError, subprocess.CalledProcessError) as problem:
        say(f"\nThe platform did not start: {problem}\n")
        say(
            f"All logs are in {settings.data / 'log'}. Once the cause is gone: make run. From nothing: make clean run."
        )
        return 1
    return 0


def start(settings: LocalSettings) -> int:
    """Start everything in the background; return when it is ready."""
    prepare_data(settings.data)
    if State.load(settings.data).is_running():
        return _await_other(settings)
    log = settings.data / "log" / "supervisor.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "local", "run"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with log.open(encoding="utf-8", errors="replace") as progress:
        while supervisor.poll() is None:
            print(progress.read(), end="", flush=True)
            if _is_ready(settings, supervisor.pid):
                print(progress.read(), end="", flush=True)
                return 0
            time.sleep(0.1)
        print(progress.read(), end="", flush=True)
    return supervisor.returncode


def stop(settings: LocalSettings) -> int:
    """Stop everything that runs from this data folder, also what a killed supervisor left."""
    if not settings.data.exists():
        say("Nothing runs here.")
        return 0
    state = State.load(settings.data)
    supervisor = state.supervisor.process() if state.supervisor else None
    if supervisor:
        supervisor.send_signal(signal.SIGTERM)
        for stubborn in wait_until_gone([supervisor], seconds=STOP_SECONDS):
            stubborn.kill()
            wait_until_gone([stubborn], seconds=STOP_SECONDS)
    try:
        with held(settings.data):
            state = State.load(settings.data)
            names = end_leftovers(state)
            state.end()
    except AlreadyRunning:
        say("It is just being started by somebody else; try again.")
        return 1
    say("Stopped." if supervisor or names else "Nothing ran here.")
    return 0


def status(settings: LocalSettings) -> int:
    """Say what runs."""
    state = State.load(settings.data)
    if not state.is_running():
        say("The platform of this folder does not run. make run starts it.")
        return NOT_RUNNING
    say(f"{state.gateway_url}  {'ready' if state.ready else 'starting'}")
    for name, port in state.ports.items():
        recorded = state.processes.get(name)
        process = recorded.process() if recorded else None
        say(f"  {name:<14} port {port:<6} {f'pid {process.pid}' if process else 'not started here'}")
    return 0


def clean(settings: LocalSettings) -> int:
    """Stop everything and remove all data."""
    failed = stop(settings)
    if not failed and settings.data.exists():
        remove_data(State.load(settings.data))
        say(f"Removed {settings.data}.")
    return failed


def say(text: str) -> None:
    """Tell whoever started us, at once."""
    print(text, flush=True)


def _is_ready(settings: LocalSettings, supervisor: int | None = None) -> bool:
    state = State.load(settings.data)
    ours = state.supervisor is not None and supervisor in (None, state.supervisor.pid)
    return ours and state.ready


def _await_other(settings: LocalSettings) -> int:
    """Somebody started it already, perhaps a moment ago: wait until it is ready."""
    deadline = time.monotonic() + START_SECONDS
    while State.load(settings.data).is_running() and time.monotonic() < deadline:
        if _is_ready(settings):
            say(f"The platform runs already: {State.load(settings.data).gateway_url}")
            return 0
        time.sleep(0.2)
    say("The platform that was being started did not become ready; see its log.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
