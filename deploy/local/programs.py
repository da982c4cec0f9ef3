"""Where the wheels put their programs."""

import shutil
import sysconfig
from pathlib import Path


def program(name: str) -> Path:
    """The path of a program of this environment. Raises LookupError when it is not installed."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        raise LookupError(f"{name} is not installed: make setup")
    return Path(found)
