"""`skills audit`: supervision and accountability, checked by anyone."""

from client import audit
from client.commands.frame import explained, fail, group
from client.discovery import platform_url
from client.platform import Platform

app = group("督导与追溯 · supervision and accountability")


@app.command("redraw")
@explained
def redraw(draw_id: str) -> None:
    """Run a draw again from what is published of it, and compare."""
    draw = Platform(platform_url()).send(audit.read_draw(draw_id))
    try:
        again = audit.redraw(draw)
    except ValueError as difference:
        fail(str(difference))
    if again != draw.drawn:
        fail(f"published: {draw.drawn}, drawn again: {again}")
    print(f"the same: {', '.join(again) or '(nobody)'}")
