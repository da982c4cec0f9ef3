"""The `skills` command: everyday questions and acts from a terminal, on the platform of its checkout or SKILLS_URL."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from rich.console import Console

from client import audit, catalog, certificate, journey
from client.discovery import authority_credentials, platform_url
from client.platform import Platform
from client.problems import Problem, Unreachable
from common.certificate_code import verify_code
from common.workdays import Deadline, official_calendar

P = ParamSpec("P")
app = typer.Typer(no_args_is_help=True, help="技能人才职业技能等级服务平台 · skill level platform")
filing_app = typer.Typer(no_args_is_help=True, help="备案期限 · deadlines of filing")
catalog_app = typer.Typer(no_args_is_help=True, help="目录清单 · the list of occupations")
audit_app = typer.Typer(no_args_is_help=True, help="督导与追溯 · supervision and accountability")
keys_app = typer.Typer(no_args_is_help=True, help="验签公钥 · published keys")
clock_app = typer.Typer(no_args_is_help=True, help="沙箱时钟 · the sandbox clock")
for name, group in (
    ("filing", filing_app),
    ("catalog", catalog_app),
    ("audit", audit_app),
    ("keys", keys_app),
    ("clock", clock_app),
):
    app.add_typer(group, name=name)

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]
OptionalDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Refusals and a missing platform end the command with what to do, not with a trace."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (Problem, Unreachable) as failure:
            fail(str(failure))

    return run


def fail(text: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(text)
    raise typer.Exit(1)


@filing_app.command("last-day")
def last_day(starts: Day) -> None:
    """The last day to file a plan whose evaluation starts on a day (15 working days before, Art. 18(1))."""
    _tell_deadline(official_calendar().last_filing_day(starts.date()))


@filing_app.command("earliest-start")
def earliest_start(filed: Day) -> None:
    """The first day on which an evaluation filed on a day may start."""
    _tell_deadline(official_calendar().earliest_start(filed.date()))


def _tell_deadline(deadline: Deadline) -> None:
    """The day on standard output; a warning beside it while the year has not been announced."""
    print(deadline.day.isoformat())
    if deadline.provisional:
        Console(stderr=True).print(
            "暂定:该年度放假安排尚未公布。 / Provisional: the State Council has not announced that year's calendar yet."
        )


@catalog_app.command("load")
@explained
def load() -> None:
    """Publish the national lists of 2017 and 2021 (once)."""
    published = journey.load_lists(Platform(platform_url(), authority_credentials()))
    print(f"{len(published)} editions published")


@catalog_app.command("list")
@explained
def list_items(as_of: OptionalDay = None, track: str | None = None) -> None:
    """The list as it was, or is, on a day: code, name, track, levels."""
    platform, cursor = Platform(platform_url()), None
    print("code,name,track,levels")
    while True:
        page = platform.send(catalog.list_items(as_of=_date(as_of), track=track, cursor=cursor))
        for item in page.items:
            print(f'{item.code},"{item.name}",{item.track},{" ".join(map(str, item.levels))}')
        if (cursor := page.next) is None:
            return


@keys_app.command("download")
@explained
def download_keys(file: Path) -> None:
    """Save the published keys, for checking certificates without a network."""
    file.write_text(json.dumps(Platform(platform_url()).send(certificate.keys()), indent=1))
    print(file)


@app.command()
@explained
def verify(
    code: str, offline: Annotated[Path | None, typer.Option(help="published keys, saved before")] = None
) -> None:
    """Check a certificate's code or URL: with the platform, or offline with saved keys. Ends 1 unless it is valid."""
    if offline is not None:
        proof = verify_code(code, json.loads(offline.read_text()))
        print("signature valid; revocation not checked (offline)" if proof else "signature NOT valid")
        raise typer.Exit(0 if proof else 1)
    found = Platform(platform_url()).send(certificate.verify(code=code))
    print(found.model_dump_json(indent=1))
    raise typer.Exit(0 if found.verdict == "valid" else 1)


@audit_app.command("redraw")
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


@clock_app.command("show")
@explained
def show_clock() -> None:
    """The platform's time."""
    _print(Platform(platform_url()).send(catalog.read_clock()))


@clock_app.command("move")
@explained
def move_clock(days: int) -> None:
    """Sandbox only: move the platform clock of all services forward."""
    _print(Platform(platform_url(), authority_credentials()).send(catalog.move_clock(advance_days=days)))


def _print(answer: Any) -> None:
    print(answer.model_dump_json(indent=1))


def _date(moment: datetime | None) -> date | None:
    return moment and moment.date()


def main() -> None:
    app()


if __name__ == "__main__":
    main()
