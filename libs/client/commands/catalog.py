"""`skills catalog`: the list of occupations, as it is and as it was."""

from client import catalog, journey
from client.commands.frame import OptionalDay, day_of, explained, group
from client.discovery import authority_credentials, platform_url
from client.platform import Platform

app = group("目录清单 · the list of occupations")


@app.command("load")
@explained
def load() -> None:
    """Publish the national lists of 2017 and 2021 (once)."""
    published = journey.load_lists(Platform(platform_url(), authority_credentials()))
    print(f"{len(published)} editions published")


@app.command("list")
@explained
def list_items(as_of: OptionalDay = None, track: str | None = None) -> None:
    """The list as it was, or is, on a day: code, name, track, levels."""
    platform, cursor = Platform(platform_url()), None
    print("code,name,track,levels")
    while True:
        page = platform.send(catalog.list_items(as_of=day_of(as_of), track=track, cursor=cursor))
        for item in page.items:
            print(f'{item.code},"{item.name}",{item.track},{" ".join(map(str, item.levels))}')
        if (cursor := page.next) is None:
            return
