"""Sources and what they brought, as pages, jobs and programs see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from denghuo.employment.access import answers_for_source, brings_for_firm, writes_for_source
from denghuo.employment.engines.feed_files import FeedKind
from denghuo.employment.logic.feeds import Column
from denghuo.employment.logic.feeds.columns import NEEDED
from denghuo.employment.models import Advert, PostDelivery, PostDeliveryRow, Source
from denghuo.kernel.clock import day_of
from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.region import Region
from denghuo.people.public import firm_of
from denghuo.platform.public import Actor, acts_within

LIST_MAX = 200
OWN_LIST_MAX = 20


class SourceNotFoundError(RefusalError):
    """No such source, or not one of the actor's."""

    code = "employment.source_not_found"
    template = "没有找到这个来源，或者它不归您管。"
    status = 404


class DeliveryNotFoundError(RefusalError):
    """No such delivery, or not one of the actor's sources."""

    code = "employment.delivery_not_found"
    template = "没有找到这份报送，或者它不归您管。"
    status = 404


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source. ``adverts`` is how many of its adverts stand."""

    id: UUID
    name: str
    kind: str
    area: Region
    firm_id: UUID | None
    keeper_id: UUID | None
    days_valid: int
    rank: int
    mapping: Mapping[Column, str]
    state: str
    paused_why: str
    adverts: int


@dataclass(frozen=True, slots=True)
class OwnFirm:
    """The firm that brings its own posts: what the register says of it stands in every row."""

    id: UUID
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery. ``firm`` is set where a firm brings its own posts."""

    id: UUID
    source_id: UUID
    source_name: str
    channel: str
    file_name: str
    digest: str
    kind: FeedKind
    sheets: tuple[str, ...]
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    columns: Mapping[Column, str]
    whole: bool
    state: str
    failure: str
    attempt: int
    rows_total: int | None
    cursor: int
    counts: Mapping[str, int]
    samples: Sequence[Mapping[str, Any]]
    uploaded_by: str
    confirmed_by: str
    created_at: datetime
    applied_at: datetime | None
    files_removed_at: datetime | None
    firm: OwnFirm | None = None

    @property
    def needed(self) -> tuple[Column, ...]:
        """Columns without which a row is no post."""
        return ("title",) if self.firm else NEEDED

    @property
    def is_moving(self) -> bool:
        """A job is at work on it."""
        return self.state in ("received", "checking", "applying")

    @property
    def path(self) -> Path:
        """The file as it was sent."""
        return delivery_folder(self.id) / "source"

    @property
    def loses_most(self) -> bool:
        """More than half of what the source has would go: somebody says so once more."""
        return self.whole and 2 * self.counts.get("missing", 0) > self.counts.get("standing", 0)


@dataclass(frozen=True, slots=True)
class RowRemark:
    """What is wrong with one row; the sentence is the code's template with its values."""

    line: int
    column: str
    grade: str
    code: str
    values: Mapping[str, str]


def deliveries_folder() -> Path:
    """Where files are kept while they are worked on."""
    return Path(settings.DATA_DIR) / "post-deliveries"


def delivery_folder(delivery_id: UUID) -> Path:
    """One delivery's files."""
    return deliveries_folder() / str(delivery_id)


def sources_for(actor: Actor) -> list[SourceView]:
    """The sources of the actor's area, by name; those of single firms are not listed."""
    rows = sources_in_area(actor).exclude(kind=Source.Kind.FIRM).order_by("name", "id")
    return [source_view(row) for row in rows[:LIST_MAX]]


def source_of(actor: Actor, source_id: UUID) -> SourceView:
    """One source the actor answers for. Raises ``SourceNotFoundError``."""
    row = Source.objects.filter(pk=source_id).first()
    if row is None or not answers_for_source(actor, Region(row.area)):
        raise SourceNotFoundError
    return source_view(row)


def own_sources(actor: Actor) -> QuerySet[Source]:
    """The sources the actor's key writes for."""
    if actor.kind == "staff" and actor.staff_id is not None:
        return Source.objects.filter(keeper_id=actor.staff_id)
    subject = actor.acting_for
    if (
        actor.kind == "program"
        and subject is not None
        and subject.kind == "firm"
        and acts_within(actor, subject, "apply")
    ):
        return Source.objects.filter(firm_id=subject.id)
    return Source.objects.none()


def written_source(actor: Actor, source_id: UUID) -> Source:
    """The source a program writes for, locked. Raises ``SourceNotFoundError``."""
    row = Source.objects.select_for_update().filter(pk=source_id).first()
    if row is None or not writes_for_source(actor, keeper_id=row.keeper_id, firm_id=row.firm_id):
        raise SourceNotFoundError
    return row


def sources_in_area(actor: Actor) -> QuerySet[Source]:
    """``access.answers_for_source`` said to the database."""
    if actor.kind == "system":
        return Source.objects.all()
    if actor.area is None:
        return Source.objects.none()
    return Source.objects.filter(area__startswith=actor.area.prefix)


def deliveries_for(
    actor: Actor, *, source_id: UUID | None = None, state: str = "", text: str = ""
) -> list[DeliveryView]:
    """What was brought in the actor's area, the newest first."""
    rows = PostDelivery.objects.filter(source__in=sources_in_area(actor)).select_related("source")
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(file_name__icontains=text) | rows.filter(source__name__icontains=text)
    return [delivery_view(row) for row in rows.order_by("-created_at", "id")[:LIST_MAX]]


def delivery_of(actor: Actor, delivery_id: UUID) -> DeliveryView:
    """One delivery. Raises ``DeliveryNotFoundError``."""
    row = PostDelivery.objects.select_related("source").filter(pk=delivery_id).first()
    if row is None or not answers_for_source(actor, Region(row.source.area)):
        raise DeliveryNotFoundError
    return delivery_view(row)


def own_deliveries(firm_id: UUID) -> list[DeliveryView]:
    """What a firm brought itself, the newest first; the caller says who may see it."""
    rows = PostDelivery.objects.filter(source__firm_id=firm_id, source__kind=Source.Kind.FIRM)
    rows = rows.select_related("source").order_by("-created_at", "id")
    return [delivery_view(row) for row in rows[:OWN_LIST_MAX]]


def own_delivery(actor: Actor, delivery_id: UUID) -> DeliveryView:
    """One of the firm at hand. Raises ``DeliveryNotFoundError``."""
    row = PostDelivery.objects.select_related("source").filter(pk=delivery_id).first()
    if row is None or row.source.kind != Source.Kind.FIRM:
        raise DeliveryNotFoundError
    if not brings_for_firm(actor, row.source.firm_id):
        raise DeliveryNotFoundError
    return delivery_view(row)


def same_file_before(view: DeliveryView) -> date | None:
    """When the same source brought the same bytes and they were taken."""
    rows = PostDelivery.objects.filter(
        source_id=view.source_id, digest=view.digest, state=PostDelivery.State.APPLIED
    ).exclude(pk=view.id)
    row = rows.order_by("-applied_at", "id").first()
    return day_of(row.applied_at) if row and row.applied_at else None


def remarks_of(delivery_id: UUID, *, limit: int) -> list[RowRemark]:
    """What is wrong with its rows, by row."""
    rows = PostDeliveryRow.objects.filter(delivery_id=delivery_id).order_by("row", "id")
    return [RowRemark(row.row, row.column, row.grade, row.code, row.values) for row in rows[:limit]]


def source_view(row: Source) -> SourceView:
    """The frozen view of a row."""
    return SourceView(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        area=Region(row.area),
        firm_id=row.firm_id,
        keeper_id=row.keeper_id,
        days_valid=row.days_valid,
        rank=row.rank,
        mapping=row.mapping,
        state=row.state,
        paused_why=row.paused_why,
        adverts=Advert.objects.filter(source=row, withdrawn_on=None).count(),
    )


def delivery_view(row: PostDelivery) -> DeliveryView:
    """The frozen view of a row."""
    return DeliveryView(
        id=row.pk,
        source_id=row.source_id,
        source_name=row.source.name,
        channel=row.channel,
        file_name=row.file_name,
        digest=row.digest,
        kind=cast("FeedKind", row.kind),
        sheets=tuple(row.sheets),
        sheet=row.sheet,
        heading_row=row.heading_row,
        headings=tuple(row.headings),
        columns=row.mapping,
        whole=row.whole,
        state=row.state,
        failure=row.failure,
        attempt=row.attempt,
        rows_total=row.rows_total,
        cursor=row.cursor,
        counts=row.counts,
        samples=row.samples,
        uploaded_by=row.uploaded_by,
        confirmed_by=row.confirmed_by,
        created_at=row.created_at,
        applied_at=row.applied_at,
        files_removed_at=row.files_removed_at,
        firm=own_firm(row.source),
    )


def own_firm(source: Source) -> OwnFirm | None:
    """The firm of a source that is a firm's own list."""
    if source.kind != Source.Kind.FIRM or source.firm_id is None:
        return None
    firm = firm_of(source.firm_id)
    return OwnFirm(source.firm_id, firm.uscc.text, firm.name)
