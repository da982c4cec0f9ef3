"""Where the platform is: SKILLS_URL, or the one running from this checkout."""

import json
import os
from pathlib import Path

from client.problems import Unreachable
from client.tokens import Credentials


def checkout() -> Path:
    """The folder this SDK was installed from (editable), or the current one."""
    here = Path(__file__).resolve().parents[2]
    return here if (here / "Makefile").exists() else Path.cwd()


def data_folder() -> Path:
    return Path(os.environ.get("LOCAL_DATA_DIR", checkout() / ".local"))


def platform_url() -> str:
    """The gateway's address. Raises Unreachable with what to do when no platform is known."""
    if url := os.environ.get("SKILLS_URL"):
        return url
    try:
        return str(json.loads((data_folder() / "state.json").read_text())["gateway_url"])
    except (OSError, ValueError, KeyError):
        raise Unreachable(
            "没有找到正在运行的平台:请先执行 make run,或设置 SKILLS_URL。\n"
            "No running platform found: start one with `make run`, or set SKILLS_URL."
        ) from None


def authority_credentials() -> Credentials:
    """The authority's account of the local platform (SKILLS_CLIENT_ID and SKILLS_CLIENT_SECRET override it)."""
    if client_id := os.environ.get("SKILLS_CLIENT_ID"):
        return Credentials(client_id, os.environ.get("SKILLS_CLIENT_SECRET", ""))
    try:
        saved = json.loads((data_folder() / "credentials.json").read_text())
        return Credentials(saved["client_id"], saved["client_secret"])
    except (OSError, ValueError, KeyError):
        raise Unreachable(
            "没有账户:请设置 SKILLS_CLIENT_ID 和 SKILLS_CLIENT_SECRET。\n"
            "No account: set SKILLS_CLIENT_ID and SKILLS_CLIENT_SECRET."
        ) from None
