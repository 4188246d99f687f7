"""Dated texts: versions with a day they begin on and a source, newest first in their file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from denghuo.kernel.period import Period
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.words import Shape

SIZE_MAX = 256 * 1024
# Reading YAML in C takes a tenth of the time; it is there wherever PyYAML is built with libyaml.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NoTextInForceError(RefusalError):
    """No version of the text holds on that day, so a person decides."""

    code = "employment.no_text_in_force"
    template = "{on} 没有可用的规则，要由工作人员来定。"
    status = 409


class DatedTextError(ValueError):
    """A text of the library is wrong; the message says where. A fault of ours, not of a user."""


class VersionShape(Shape):
    """What every version says of itself. ``from`` is a word of the language, hence the alias."""

    since: date = Field(alias="from")
    source: str = Field(min_length=4)


class HasSpan(Protocol):
    """Anything with the days it holds."""

    @property
    def span(self) -> Period: ...


_Version = TypeVar("_Version", bound=VersionShape)
_Held = TypeVar("_Held", bound=HasSpan)


def read_versions(text: str, shape: type[_Version]) -> list[tuple[Period, _Version]]:
    """The versions of a text, oldest first, each with its days. Raises ``DatedTextError``."""
    if len(text.encode()) > SIZE_MAX:
        raise DatedTextError("the text is too large")
    try:
        read = yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, in C where there is one
        found = TypeAdapter(list[shape]).validate_python(read)  # type: ignore[valid-type]
    except (yaml.YAMLError, ValidationError) as error:
        raise DatedTextError(str(error)) from error
    versions: Sequence[_Version] = sorted(found, key=lambda one: one.since)
    if not versions:
        raise DatedTextError("the text has no version")
    ends: list[date | None] = [later.since for later in versions[1:]]
    if any(one.since == later.since for one, later in pairwise(versions)):
        raise DatedTextError("two versions begin on the same day")
    return [
        (Period(one.since, until), one) for one, until in zip(versions, [*ends, None], strict=True)
    ]


def in_force(versions: Iterable[_Held], on: date) -> _Held:
    """The version that holds on a day. Raises ``NoTextInForceError``."""
    found = next((one for one in versions if on in one.span), None)
    if found is None:
        raise NoTextInForceError(on=on.isoformat())
    return found
