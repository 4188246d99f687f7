"""Service items: what can be asked for or arrives by itself, by whose law, in how many days.

One file per item in ``items/``. What was found in a text says so; what was not is marked
``assumed`` with its note, and the status is shown wherever the figure is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Limits
from pydantic import StringConstraints, model_validator

from denghuo.cases.logic.clock import PauseReason
from denghuo.cases.logic.forms import FormVersion
from denghuo.cases.logic.forms_loading import FormShape, load_forms
from denghuo.kernel.region import Level
from denghuo.kernel.subject import SubjectKind
from denghuo.kernel.words import AnyWords, Shape, Words

Mode = Literal["apply", "no_apply", "report"]
Status = Literal["verified", "assumed"]
_Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,58}$")]
_Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a figure or a right comes from."""

    text: str
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """A number of working days by some basis."""

    days: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class ThirdSign:
    """Above this sum a supervisor signs too."""

    over_fen: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class OldWay:
    """What it cost a person before: for the count of errands saved."""

    trips: int
    forms: int
    minutes: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One item. ``policy`` is the rule that answers; empty where a person judges alone.

    ``sla`` is the legal limit and ``extension`` what a head may add once. ``pauses`` are times
    outside the office that the item's rule takes out of the limit. ``once_per`` says what the
    period names: a year, a certificate, a founder, or nothing.
    """

    code: str
    prefix: str
    names: Words
    summary: Words
    who: SubjectKind
    mode: Mode
    policy: str
    once_per: str
    legal_basis: Basis
    purpose: str
    sla: Days
    extension: Days
    notice: Days
    pauses: frozenset[PauseReason]
    level: Level
    level_basis: Basis
    fund: str
    third_sign: ThirdSign | None
    keep_years: int
    ask_office: str
    old_way: OldWay
    listed: bool
    forms: tuple[FormVersion, ...]

    @property
    def third_sign_over_fen(self) -> int | None:
        """The sum above which a third signs, if any."""
        return self.third_sign.over_fen if self.third_sign else None

    @property
    def pays(self) -> bool:
        """Whether money goes out by it."""
        return bool(self.fund)

    def form_on(self, day: date) -> FormVersion | None:
        """The version of the form in force on a day."""
        for form in self.forms:
            if form.start <= day and (form.until is None or day < form.until):
                return form
        return None


class BasisShape(Shape):
    """``basis`` in a file."""

    text: _Text
    status: Status
    note: Annotated[str, StringConstraints(max_length=300)] = ""

    @property
    def basis(self) -> Basis:
        """The frozen value."""
        return Basis(self.text, self.status, self.note)


class DaysShape(Shape):
    """``working_days`` with its basis."""

    working_days: int = Limits(ge=0, le=250)
    basis: BasisShape

    @property
    def value(self) -> Days:
        """The frozen value."""
        return Days(self.working_days, self.basis.basis)


class LevelShape(Shape):
    """``level`` in a file: which division's office decides."""

    at: Level
    basis: BasisShape


class ThirdSignShape(Shape):
    """``third_sign`` in a file."""

    over_fen: int = Limits(ge=0)
    basis: BasisShape


class OldWayShape(Shape):
    """``old_way`` in a file."""

    trips: int = Limits(ge=0, le=50)
    forms: int = Limits(ge=0, le=50)
    minutes: int = Limits(ge=0, le=5_000)
    basis: BasisShape


class ItemShape(Shape):
    """One file."""

    code: _Code
    prefix: _Prefix
    names: AnyWords
    summary: AnyWords
    who: SubjectKind
    mode: Mode
    policy: _Code | Literal[""] = ""
    once_per: _Text
    legal_basis: BasisShape
    purpose: _Text
    sla: DaysShape
    extension: DaysShape
    notice: DaysShape
    pauses: list[PauseReason] = Limits(default_factory=list)
    level: LevelShape
    fund: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_-]{1,40})?$")] = ""
    third_sign: ThirdSignShape | None = None
    keep_years: int = Limits(ge=1, le=100)
    ask_office: _Text
    old_way: OldWayShape
    listed: bool = True
    forms: list[FormShape] = Limits(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mode == "no_apply" and not self.policy:
            raise ValueError("what nobody asks for needs a rule that finds who is entitled")
        return self


def load_item(data: Mapping[str, Any]) -> ServiceItem:
    """One file's content to an item. Raises ``pydantic.ValidationError``, ``FormTextError``."""
    shape = ItemShape.model_validate(dict(data))
    return ServiceItem(
        code=shape.code,
        prefix=shape.prefix,
        names=shape.names.words,
        summary=shape.summary.words,
        who=shape.who,
        mode=shape.mode,
        policy=shape.policy,
        once_per=shape.once_per,
        legal_basis=shape.legal_basis.basis,
        purpose=shape.purpose,
        sla=shape.sla.value,
        extension=shape.extension.value,
        notice=shape.notice.value,
        pauses=frozenset(shape.pauses),
        level=shape.level.at,
        level_basis=shape.level.basis.basis,
        fund=shape.fund,
        third_sign=(
            ThirdSign(shape.third_sign.over_fen, shape.third_sign.basis.basis)
            if shape.third_sign
            else None
        ),
        keep_years=shape.keep_years,
        ask_office=shape.ask_office,
        old_way=OldWay(
            shape.old_way.trips,
            shape.old_way.forms,
            shape.old_way.minutes,
            shape.old_way.basis.basis,
        ),
        listed=shape.listed,
        forms=load_forms(shape.forms) if shape.forms else (),
    )
