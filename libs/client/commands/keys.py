"""`skills keys compromise`: what to do when a signing key leaked or was abused (Art. 22)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from client import certificate
from client.commands.frame import explained, show
from client.discovery import authority_credentials, platform_url
from client.platform import Platform

_CHINA = ZoneInfo("Asia/Shanghai")
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


class Measure(StrEnum):
    """What becomes of the certificates."""

    REISSUE = "reissue"
    REVOKE = "revoke"


@explained
def compromise(
    kid: str,
    first: Annotated[datetime, typer.Option("--from", formats=_FORMATS, help="China's time")],
    last: Annotated[datetime, typer.Option("--to", formats=_FORMATS)],
    decision: Annotated[str, typer.Option(help="the decision's reference")],
    measure: Annotated[
        Measure, typer.Option(help="sign again with another key, or revoke")
    ] = Measure.REISSUE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only say how many certificates it touches")
    ] = False,
) -> None:
    """Declare a key compromised in a window: it never signs again, its certificates are dealt with as decided."""
    window_from, window_to = (one if one.tzinfo else one.replace(tzinfo=_CHINA) for one in (first, last))
    with Platform(platform_url(), authority_credentials()) as platform:
        if dry_run:
            estimate = certificate.estimate_compromise(kid, window_from=window_from, window_to=window_to)
            show(platform.send(estimate))
        else:
            decided = certificate.declare_compromise(
                kid,
                window_from=window_from,
                window_to=window_to,
                measure=measure.value,
                decision_document=decision,
            )
            show(platform.send(decided))
