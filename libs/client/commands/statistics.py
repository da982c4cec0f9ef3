"""`skills statistics`: published figures in the terminal, or as a sheet."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from client import statistics as calls
from client.commands.frame import explained, remark
from client.discovery import platform_url
from client.platform import Platform


@explained
def statistics(
    by: Annotated[
        str, typer.Option(help="dimensions with commas: month,region,city,town,level,class …")
    ] = "",
    measure: Annotated[str, typer.Option(help="measures with commas")] = "certificates",
    first: Annotated[str | None, typer.Option("--from", help="first month, as 2026-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last month")] = None,
    form: Annotated[Literal["table", "csv", "xlsx"], typer.Option("--format")] = "table",
    out: Annotated[Path | None, typer.Option(help="file; xlsx needs one")] = None,
) -> None:
    """Published figures (Art. 19); `*`: too few people to be shown."""
    dimensions, measures = by.split(",") if by else (), measure.split(",")
    with Platform(platform_url()) as platform:
        if form == "table":
            _print(platform.send(calls.statistics(by=dimensions, measures=measures, first=first, last=last)))
            return
        content = platform.send(
            calls.sheet(form=form, by=dimensions, measures=measures, first=first, last=last)
        )
    if out is not None:
        out.write_bytes(content)
        print(out)
    elif form == "csv":
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        remark("请用 --out 指定文件。 / Name a file with --out.")
        raise typer.Exit(2)


def _print(found: calls.Statistics) -> None:
    rows = [*found.rows, found.total]
    dimensions, measures = list(rows[0].by), list(found.total.values)
    table = Table(*dimensions, *measures)
    for row in rows:
        names = [found.names.get(name, {}).get(code, code) for name, code in row.by.items()]
        keys = names or ["合计 total"] * bool(dimensions) + [""] * (len(dimensions) - 1)
        figures = [
            "*" if row.hidden else "" if value is None else str(value) for value in row.values.values()
        ]
        table.add_row(*keys, *figures)
    Console(soft_wrap=True).print(table)
    if not found.complete:
        remark(f"数据截至 {found.as_of}。 / Figures as of {found.as_of}.")
