"""The forms of an item's file to form versions: every check before anybody fills one in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import Field as Limits
from pydantic import StringConstraints

from denghuo.cases.logic.forms import PAGES, Choice, Field, FieldKind, FormVersion, ShownWhen
from denghuo.kernel.words import AnyWords, Shape, Words

FIELDS_MAX = 60
CHOICES_MAX = 40
VERSIONS_MAX = 40
FILES_MAX = 10
PAGES_MAX = 200
TEXT_MAX = 2_000
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_NUMBERS: frozenset[FieldKind] = frozenset({"money", "number"})
_DECLARATION = Words(
    "我填的和交的都是真的。有变化，我会告诉你们。",
    "What I wrote and handed in is true. If something changes I will tell you.",
)


class FormTextError(ValueError):
    """A form that cannot be used; the text says which version and field, and why."""


class WhenShape(Shape):
    """One line under ``when``."""

    field: _Name | None = None
    fact: _Name | None = None
    is_: bool | int | str | None = Limits(default=None, alias="is")
    in_: list[bool | int | str] | None = Limits(default=None, alias="in", min_length=1)
    known: bool | None = None


class FieldShape(Shape):
    """One field of a version."""

    name: _Name
    kind: FieldKind
    label: AnyWords
    short: AnyWords | None = None
    help: AnyWords | None = None
    why: AnyWords | None = None
    required: bool = True
    fact: _Name | None = None
    choices: dict[_Name, AnyWords] = Limits(default_factory=dict, max_length=CHOICES_MAX)
    min: int | date | None = None
    max: int | date | None = None
    not_after_today: bool = False
    length: int = Limits(default=200, ge=1, le=TEXT_MAX)
    files: int = Limits(default=3, ge=1, le=FILES_MAX)
    pages: int = Limits(default=30, ge=1, le=PAGES_MAX)
    tells: _Name | None = None
    when: list[WhenShape] = Limits(default_factory=list, max_length=10)


class FormShape(Shape):
    """One version under ``forms``."""

    version: int = Limits(ge=1, le=VERSIONS_MAX)
    from_: date = Limits(alias="from")
    until: date | None = None
    declaration: AnyWords | None = None
    fields: list[FieldShape] = Limits(max_length=FIELDS_MAX)


def load_forms(shapes: Sequence[FormShape]) -> tuple[FormVersion, ...]:
    """The versions in order of their first day. Raises ``FormTextError``.

    Numbers rise with the days and no two versions are in force on one day; a day without any is
    allowed: then nothing can be filled in.
    """
    forms = sorted((_form(one) for one in shapes), key=lambda one: one.start)
    for earlier, later in pairwise(forms):
        if earlier.version >= later.version:
            raise FormTextError(f"第 {later.version} 版：编号要比前一版大。")
        if earlier.until is None or earlier.until > later.start:
            raise FormTextError(f"第 {later.version} 版：和前一版的日期重叠。")
    return tuple(forms)


def _form(shape: FormShape) -> FormVersion:
    place = f"第 {shape.version} 版"
    if shape.until is not None and shape.until <= shape.from_:
        raise FormTextError(f"{place}：结束日要晚于开始日。")
    fields: list[Field] = []
    for one in shape.fields:
        found = _field(one, f"{place}，{one.name}")
        if found.name in {each.name for each in fields}:
            raise FormTextError(f"{place}，{one.name}：写了两次。")
        _demand_earlier(found, fields, f"{place}，{one.name}")
        fields.append(found)
    words = shape.declaration.words if shape.declaration else _DECLARATION
    return FormVersion(shape.version, shape.from_, shape.until, tuple(fields), words)


def _field(shape: FieldShape, place: str) -> Field:
    if shape.name in PAGES:
        raise FormTextError(f"{place}：这个名字是页面的名字，请换一个。")
    if (shape.kind == "choice") != bool(shape.choices):
        raise FormTextError(f"{place}：选择题要有 choices，别的题没有。")
    _demand_bounds(shape, place)
    return Field(
        name=shape.name,
        kind=shape.kind,
        label=shape.label.words,
        short=shape.short.words if shape.short else None,
        help=shape.help.words if shape.help else None,
        why=shape.why.words if shape.why else None,
        required=shape.required,
        fact=shape.fact or "",
        choices=tuple(Choice(code, words.words) for code, words in shape.choices.items()),
        low=shape.min,
        high=shape.max,
        not_after_today=shape.not_after_today,
        length_max=shape.length,
        files_max=shape.files,
        pages_max=shape.pages,
        tells=shape.tells or "",
        when=tuple(_when(one, place) for one in shape.when),
    )


def _demand_bounds(shape: FieldShape, place: str) -> None:
    for bound in (shape.min, shape.max):
        fits = isinstance(bound, date) if shape.kind == "date" else isinstance(bound, int)
        if bound is not None and not (fits and shape.kind in {*_NUMBERS, "date"}):
            raise FormTextError(f"{place}：min、max 只用于金额、数字和日期，写法要一样。")
    if shape.kind in _NUMBERS and (shape.min is None or shape.max is None):
        raise FormTextError(f"{place}：金额和数字要写 min 和 max。")
    if isinstance(shape.min, int) and isinstance(shape.max, int) and shape.min > shape.max:
        raise FormTextError(f"{place}：min 比 max 大。")
    if isinstance(shape.min, date) and isinstance(shape.max, date) and shape.min > shape.max:
        raise FormTextError(f"{place}：min 比 max 晚。")
    if shape.not_after_today and shape.kind != "date":
        raise FormTextError(f"{place}：not_after_today 只用于日期。")


def _when(shape: WhenShape, place: str) -> ShownWhen:
    if (shape.field is None) == (shape.fact is None):
        raise FormTextError(f"{place}：when 里写 field 或 fact，只写一个。")
    if [shape.is_ is None, shape.in_ is None, shape.known is None].count(False) != 1:
        raise FormTextError(f"{place}：when 里写 is、in、known，只写一个。")
    values = shape.in_ if shape.in_ is not None else [shape.is_] if shape.is_ is not None else []
    return ShownWhen(
        about="field" if shape.field is not None else "fact",
        name=shape.field or shape.fact or "",
        values=tuple(values),
        known=shape.known,
    )


def _demand_earlier(found: Field, earlier: Sequence[Field], place: str) -> None:
    """A condition looks back only, so that a form is a walk forward and has no circles."""
    by_name = {one.name: one for one in earlier}
    for each in found.when:
        if each.about == "fact":
            continue
        before = by_name.get(each.name)
        if before is None:
            raise FormTextError(f"{place}：when 里的“{each.name}”要写在它前面。")
        for value in each.values:
            if not _could_be(before, value):
                raise FormTextError(f"{place}：“{each.name}”不会是 {value}。")


def _could_be(one: Field, value: bool | int | str) -> bool:
    match one.kind:
        case "boolean":
            return isinstance(value, bool)
        case "choice":
            return value in {each.code for each in one.choices}
        case "number" | "money":
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return False
