"""What every command shares: how days are written, how a refusal ends it, how an answer is printed."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any, NoReturn, ParamSpec

import typer
from rich.console import Console

from client.problems import Problem, Unreachable

P = ParamSpec("P")
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]
OptionalDay = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


def group(help_text: str) -> typer.Typer:
    """A group of commands that shows its help when none is named."""
    return typer.Typer(no_args_is_help=True, help=help_text)


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
    """Say on standard error what went wrong, and end 1."""
    remark(text)
    raise typer.Exit(1)


def remark(text: str) -> None:
    """Say something beside the answer, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(text)


def show(answer: Any) -> None:
    """Print an answer of the platform as indented JSON."""
    print(answer.model_dump_json(indent=1))


def day_of(moment: datetime | None) -> date | None:
    """The day of an option that may be left out."""
    return moment and moment.date()
