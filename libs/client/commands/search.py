"""`skills catalog search`: occupations found as people type them."""

from typing import Annotated

import typer

from client import catalog
from client.commands.frame import explained, remark
from client.discovery import platform_url
from client.platform import Platform


@explained
def search(
    text: Annotated[
        str, typer.Argument(help="a name or part of it, a former name, a code, pinyin or initials")
    ],
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
) -> None:
    """Find an occupation: code, name, track on the list (Art. 1), how it was found."""
    with Platform(platform_url()) as platform:
        hits = platform.send(catalog.search_occupations(text, limit=limit)).items
    for hit in hits:
        print(f"{hit.code}\t{hit.name}\t{hit.track or '-'}\t{hit.match}\t{hit.by}")
    if not hits:
        remark(
            "没有找到;请试名称的一部分、编码或拼音。 / Nothing found; try a part of the name, a code, or pinyin."
        )
