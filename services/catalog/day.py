"""Days in queries: `2021-12-02`, or an instant, which is read as its day in China."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from common.clock import SHANGHAI

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def read_day(text: object) -> date:
    """`2021-12-01T16:30:00Z` is 2021-12-02: the list changes at midnight in China."""
    try:
        match text:
            case str() if _DAY.fullmatch(text):
                return date.fromisoformat(text)
            case str() if _INSTANT.fullmatch(text):
                return datetime.fromisoformat(text.upper()).astimezone(SHANGHAI).date()
            case date():
                return text
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("date_text", "a day written YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(read_day)]
