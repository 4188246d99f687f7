"""What every shape of the API's JSON stands on: bodies, answers, days."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_YEAR_FIRST, _YEAR_LAST = date(1900, 1, 1), date(2200, 1, 1)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_day(value: object) -> object:
    """A day is written one way: a bare number would be read as seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and not _ISO_DAY.fullmatch(value)):
        raise ValueError("not an ISO day")
    return value


Day = Annotated[
    date,
    BeforeValidator(_written_day),
    Field(ge=_YEAR_FIRST, le=_YEAR_LAST, json_schema_extra={"example": "2025-09-01"}),
]


class Sent(BaseModel):
    """A body with no field that nobody reads."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """An answer; a field the shape does not name is a mistake of ours."""

    model_config = ConfigDict(extra="forbid")
