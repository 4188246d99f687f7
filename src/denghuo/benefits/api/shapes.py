"""What programs of offices send and get of files of facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from pydantic import Field

from denghuo.benefits.logic.mapping import WORDS_MAX, ColumnMapping, FileMapping
from denghuo.benefits.logic.targets import How, SubjectKind
from denghuo.benefits.queries.import_lists import ErrorView, MappingView
from denghuo.benefits.queries.imports import ImportView
from denghuo.kernel.json_shapes import Day, Sent, Told

StateName = Literal[
    "received", "mapping", "checking", "checked", "applying", "applied", "taking_back",
    "taken_back", "dropped", "failed",
]  # fmt: skip
_COLUMNS_MAX = 200
Heading = Annotated[str, Field(min_length=1, max_length=200)]
OfficeName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=80,
        json_schema_extra={"example": "社会保险登记"},
    ),
]
Basis = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        json_schema_extra={"example": "《社会保险法》第七十四条"},
    ),
]
AreaCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2,12}$",
        json_schema_extra={"example": "1501"},
    ),
]
MappingName = Annotated[str, Field(min_length=1, max_length=80)]


class ColumnShape(Sent):
    """One column of theirs and what it becomes: a fact's name, or ``@entity``, ``@observed_on``,
    ``@name``, ``@division``. ``words``: their word, ours."""

    heading: Heading
    target: Annotated[str, Field(min_length=1, max_length=80)]
    how: How
    words: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=40)]],
        Field(max_length=WORDS_MAX),
    ] = {}


class MappingBody(Sent):
    """A saved mapping by its name, or the columns themselves."""

    mapping: Annotated[
        MappingName | None, Field(description=_("已经存过的对照的名字；写了就不写 columns"))
    ] = None
    columns: Annotated[
        list[ColumnShape],
        Field(max_length=_COLUMNS_MAX, description=_("每列对成什么；写了就不写 mapping")),
    ] = []
    observed_on: Day | None = None
    save_as: Annotated[str, Field(max_length=80, description=_("这套对照存成什么名字"))] = ""


class HeadingsBody(Sent):
    """Where the headings stand."""

    sheet: Annotated[str, Field(max_length=80, description=_("工作表的名字；CSV 不写"))] = ""
    heading_row: Annotated[int, Field(ge=1, le=15, description=_("表头在第几行"))]


class ConfirmBody(Sent):
    """What is made of the good rows, for the check that was looked at."""

    mode: Annotated[
        Literal["records", "table"],
        Field(description=_("records 写进每一户的档案；table 只作批量核算的数据表")),
    ]
    attempt: Annotated[
        int, Field(ge=0, le=1_000_000, description=_("看到的那一次检查；又查过就不收"))
    ]
    registers: Annotated[
        bool, Field(description=_("名册里没有的单位是不是登记进来，只有市场主体登记的文件可以"))
    ] = False


class TakeBackBody(Sent):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=200, description=_("为什么撤回"))]


class ChecksOut(Told):
    """What the check found. ``effects`` is null for a file too long for records."""

    rows: int
    good: int
    refused: int
    errors: int
    repeats_equal: int
    repeats_different: int
    unregistered: int
    outside: int
    footers: int
    by_column: dict[str, dict[str, int]]
    effects: dict[str, int] | None
    facts: list[str]


class FactFileOut(Told):
    """One file on its way. ``again`` says that these very bytes were brought before and nothing
    new was begun; ``checks`` is there once every row was looked at."""

    id: UUID
    again: bool
    file_name: str
    sha256: str
    kind: str
    subject: SubjectKind
    office: str
    legal_basis: str
    area: str
    observed_on: date | None
    state: StateName
    failure: str
    attempt: int
    rows_done: int
    rows_total: int | None
    sheet: str
    sheets: list[str]
    heading_row: int
    headings: list[str]
    mapping: str
    columns: list[ColumnShape]
    checks: ChecksOut | None
    needs_second_person: bool
    mode: str
    effects: dict[str, int]
    table_rows: int
    brought_at: datetime
    applied_at: datetime | None
    taken_back_at: datetime | None


class FactFilesOut(Told):
    """One page of files; ``next`` is null on the last."""

    files: list[FactFileOut]
    next: str | None


class SampleRowOut(Told):
    """One of the first rows as it stands in the file."""

    line: int
    cells: list[str | None]


class SampleOut(Told):
    """The first rows under their headings."""

    headings: list[str]
    rows: list[SampleRowOut]


class CellErrorOut(Told):
    """One wrong cell: what stands there, why it cannot be taken, what to do."""

    line: int
    heading: str
    said: str
    why: str
    next_step: str


class CellErrorsOut(Told):
    """One page of wrong cells; ``next`` is null on the last."""

    errors: list[CellErrorOut]
    total: int
    next: str | None


class SavedMappingOut(Told):
    """The newest version of a saved mapping."""

    name: str
    version: int
    subject: str
    office: str
    columns: list[ColumnShape]


def file_out(view: ImportView, *, again: bool = False) -> FactFileOut:
    """One import without its place on the disk and without its people."""
    return FactFileOut(
        id=view.id,
        again=again,
        file_name=view.file_name,
        sha256=view.file_digest,
        kind=view.kind,
        subject=view.subject,
        office=view.office,
        legal_basis=view.legal_basis,
        area=view.area.code,
        observed_on=view.observed_on,
        state=view.state,
        failure=view.failure,
        attempt=view.attempt,
        rows_done=view.rows_done,
        rows_total=view.rows_total,
        sheet=view.sheet,
        sheets=list(view.sheets),
        heading_row=view.heading_row,
        headings=list(view.headings),
        mapping=view.mapping_name,
        columns=_columns(view.mapping),
        checks=_checks(view.summary) if "rows" in view.summary else None,
        needs_second_person=view.needs_second_person,
        mode=view.mode,
        effects=dict(view.counts),
        table_rows=view.table_rows,
        brought_at=view.created_at,
        applied_at=view.applied_at,
        taken_back_at=view.taken_back_at,
    )


def error_out(view: ErrorView) -> CellErrorOut:
    """One wrong cell."""
    return CellErrorOut(
        line=view.line,
        heading=view.heading,
        said=view.said,
        why=view.why,
        next_step=view.next_step,
    )


def mapping_out(view: MappingView) -> SavedMappingOut:
    """One saved mapping."""
    return SavedMappingOut(
        name=view.name,
        version=view.version,
        subject=view.subject,
        office=view.office,
        columns=_columns(view.mapping),
    )


def mapping_in(columns: list[ColumnShape]) -> FileMapping:
    """The columns of a body as the room's own mapping."""
    return FileMapping(
        tuple(ColumnMapping(one.heading, one.target, one.how, dict(one.words)) for one in columns)
    )


def _columns(mapping: FileMapping) -> list[ColumnShape]:
    return [ColumnShape.model_construct(**each) for each in mapping.stored()]


def _checks(summary: Any) -> ChecksOut:
    names = [
        name for name in ChecksOut.model_fields if name not in {"by_column", "effects", "facts"}
    ]
    return ChecksOut(
        **{name: int(summary.get(name, 0)) for name in names},
        by_column=summary.get("by_column", {}),
        effects=summary.get("effects"),
        facts=list(summary.get("facts", ())),
    )
