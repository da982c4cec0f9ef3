"""What a supervisor that died suddenly left running: found for certain, ended, and nothing else touched."""

import os
import signal
from collections.abc import Iterator

import psutil

from local.process import MARK, wait_until_gone
from local.state import State

PATIENCE_SECONDS = 10


def end_leftovers(state: State) -> list[str]:
    """End the processes that belong to this data folder; the names of those that were found."""
    found = {process.pid: process for process in (*_recorded(state), *_marked(state))}
    found.pop(os.getpid(), None)
    names = [_name(process) for process in found.values()]
    for process in found.values():
        _signal(process, signal.SIGINT if "postgres" in _name(process) else signal.SIGTERM)
    stubborn = wait_until_gone(list(found.values()), seconds=PATIENCE_SECONDS)
    for process in stubborn:
        _signal(process, signal.SIGKILL)
    wait_until_gone(stubborn, seconds=PATIENCE_SECONDS)
    return names


def _recorded(state: State) -> Iterator[psutil.Process]:
    """Those in the state file that are still the same processes."""
    for recorded in state.processes.values():
        if process := recorded.process():
            yield process


def _marked(state: State) -> Iterator[psutil.Process]:
    """Those that carry our folder in their environment: started, but not yet in the file when the end came."""
    for process in psutil.process_iter():
        try:
            ours = process.environ().get(MARK) == str(state.data) and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if ours:
            yield process


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return str(process.pid)


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
