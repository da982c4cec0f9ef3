"""`skills clock`: the platform's time."""

from client import catalog
from client.commands.frame import explained, group, show
from client.discovery import authority_credentials, platform_url
from client.platform import Platform

app = group("沙箱时钟 · the sandbox clock")


@app.command("show")
@explained
def show_clock() -> None:
    """The platform's time."""
    show(Platform(platform_url()).send(catalog.read_clock()))


@app.command("move")
@explained
def move_clock(days: int) -> None:
    """Sandbox only: move the platform clock of all services forward."""
    show(Platform(platform_url(), authority_credentials()).send(catalog.move_clock(advance_days=days)))
