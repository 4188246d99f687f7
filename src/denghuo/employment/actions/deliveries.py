"""Bringing a list of posts in: sources opened and paused, a file received, mapped, confirmed.

Each verb is short and asks for a job; the work is in ``delivery_reading`` and
``delivery_applying``.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from denghuo.employment.access import answers_for_source, brings_for_firm, post_officers
from denghuo.employment.actions.delivery_refusals import (
    ColumnsMissingError,
    DeliveryMovedOnError,
    LossNotConfirmedError,
    NothingToTakeError,
    OtherAtWorkError,
    SourceNameTakenError,
    SourcePausedError,
)
from denghuo.employment.engines.feed_files import feed_kind
from denghuo.employment.logic.feeds import COLUMNS, Column
from denghuo.employment.models import PostDelivery, Source
from denghuo.employment.queries.deliveries import (
    DeliveryNotFoundError,
    SourceNotFoundError,
    deliveries_folder,
    delivery_folder,
    delivery_view,
)
from denghuo.kernel.region import Region
from denghuo.kernel.table_text import HEADING_ROWS_MAX
from denghuo.platform.public import (
    Actor,
    DiskFullError,
    NotAllowedError,
    TableTooLongError,
    TableUnreadableError,
    enqueue,
    record_audit,
)

LOOK_AT_DELIVERY = "employment.look_at_delivery"
CHECK_DELIVERY = "employment.check_delivery"
APPLY_DELIVERY = "employment.apply_delivery"
_JOB_OF_STATE = {
    "received": LOOK_AT_DELIVERY,
    "checking": CHECK_DELIVERY,
    "applying": APPLY_DELIVERY,
}
UPLOAD_MAX_BYTES = 512 * 1024 * 1024
XLSX_MAX_BYTES = 64 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_State = PostDelivery.State


def open_source(
    *,
    actor: Actor,
    name: str,
    kind: str,
    area: Region,
    days_valid: int,
    firm_id: UUID | None,
    keeper_id: UUID | None,
    now: datetime,
) -> UUID:
    """Enter a source. Raises ``SourceNameTakenError``, ``NotAllowedError``."""
    if not (post_officers(actor) and answers_for_source(actor, area)):
        raise NotAllowedError
    try:
        with transaction.atomic():
            row = Source.objects.create(
                name=name.strip()[:80],
                kind=Source.Kind(kind),
                area=area.code,
                days_valid=days_valid,
                firm_id=firm_id,
                keeper_id=keeper_id,
                created_at=now,
            )
            _audit(actor, "employment.open_source", f"employment.Source:{row.pk}", now, kind=kind)
    except IntegrityError as error:  # the name, by whoever was faster
        raise SourceNameTakenError(field="name") from error
    return row.pk


def change_source(
    *,
    actor: Actor,
    source_id: UUID,
    name: str,
    days_valid: int,
    keeper_id: UUID | None,
    now: datetime,
) -> None:
    """Change a source's name, how long its posts stand, and whose key writes for it; what it is
    and where it stands never change. Raises ``SourceNameTakenError``, ``NotAllowedError``."""
    try:
        with transaction.atomic():
            row = held_source(actor, source_id)
            row.name, row.days_valid, row.keeper_id = name.strip()[:80], days_valid, keeper_id
            row.save(update_fields=["name", "days_valid", "keeper"])
            _audit(actor, "employment.change_source", f"employment.Source:{row.pk}", now,
                   days_valid=days_valid, keeper=str(keeper_id or ""))  # fmt: skip
    except IntegrityError as error:  # the name, by whoever was faster
        raise SourceNameTakenError(field="name") from error


def pause_source(*, actor: Actor, source_id: UUID, why: str, now: datetime) -> None:
    """Take nothing from a source until somebody resumes it; what it told stays."""
    _set_state(actor, source_id, Source.State.PAUSED, why.strip()[:200], now)


def resume_source(*, actor: Actor, source_id: UUID, now: datetime) -> None:
    """Take from a source again."""
    _set_state(actor, source_id, Source.State.LIVE, "", now)


def _set_state(actor: Actor, source_id: UUID, state: str, why: str, now: datetime) -> None:
    with transaction.atomic():
        row = held_source(actor, source_id)
        row.state, row.paused_why = Source.State(state), why
        row.save(update_fields=["state", "paused_why"])
        _audit(actor, "employment.set_source_state", f"employment.Source:{row.pk}", now,
               state=state)  # fmt: skip


def held_source(actor: Actor, source_id: UUID) -> Source:
    """The row, locked, for staff of its area. Raises ``SourceNotFoundError``."""
    row = Source.objects.select_for_update().filter(pk=source_id).first()
    if row is None or not answers_for_source(actor, Region(row.area)):
        raise SourceNotFoundError
    if actor.kind != "system" and not post_officers(actor):
        raise NotAllowedError
    return row


def receive_delivery(
    *,
    actor: Actor,
    source_id: UUID,
    name: str,
    chunks: Callable[[], Iterable[bytes]],
    whole: bool,
    now: datetime,
) -> UUID:
    """Keep a file as it was sent and ask for a look at its headings.

    ``whole``: the file is the source's whole list, so that what is not in it is withdrawn. Raises
    ``SourcePausedError``, ``TableUnreadableError``, ``TableTooLongError``, ``DiskFullError``;
    then nothing stays.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().filter(pk=source_id).first()
        if source is None or not _brings(actor, source):
            raise SourceNotFoundError
        if source.state == Source.State.PAUSED:
            raise SourcePausedError
    delivery_id = uuid4()
    folder = delivery_folder(delivery_id)
    deliveries_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        digest, size = _keep(folder / "source", chunks)
        kind = feed_kind(folder / "source")
        _demand_workbook_bounded(kind, size)
        with transaction.atomic():
            PostDelivery.objects.create(
                id=delivery_id,
                source_id=source_id,
                channel=PostDelivery.Channel.FILE,
                file_name=name[-120:],
                digest=digest,
                file_bytes=size,
                kind=kind,
                whole=whole,
                uploaded_by=actor.label,
                created_at=now,
            )
            _ask(delivery_id, _State.RECEIVED, 0)
            _audit(actor, "employment.receive_delivery", _entity(delivery_id), now, bytes=size)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno == errno.ENOSPC:
            raise DiskFullError from error
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return delivery_id


def _keep(path: Path, chunks: Callable[[], Iterable[bytes]]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks():
            size += len(chunk)
            if size > UPLOAD_MAX_BYTES:  # longer than it said
                limit = UPLOAD_MAX_BYTES // _MEGABYTE
                raise TableTooLongError(field="file", why=f"最多 {limit} MB。")
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise TableUnreadableError(field="file", why="它是空的。")
    return digest.hexdigest(), size


def _demand_workbook_bounded(kind: str, size: int) -> None:
    if kind == "xlsx" and size > XLSX_MAX_BYTES:
        limit = XLSX_MAX_BYTES // _MEGABYTE
        raise TableTooLongError(field="file", why=f".xlsx 最多 {limit} MB，存成 CSV 可以更大。")


def choose_headings(
    *, actor: Actor, delivery_id: UUID, sheet: str, heading_row: int, now: datetime
) -> None:
    """Say on which sheet and row the headings stand; the file is looked at again."""
    with transaction.atomic():
        row = _held(actor, delivery_id, _State.MAPPING, _State.CHECKED)
        if (row.sheets and sheet not in row.sheets) or not 1 <= heading_row <= HEADING_ROWS_MAX:
            raise TableUnreadableError(why=f"表头要在前 {HEADING_ROWS_MAX} 行里。")
        row.sheet, row.heading_row = sheet, heading_row
        _move(row, _State.RECEIVED)
        _audit(actor, "employment.choose_headings", _entity(delivery_id), now)


def map_columns(
    *, actor: Actor, delivery_id: UUID, columns: Mapping[Column, str], whole: bool, now: datetime
) -> None:
    """Say which heading is which column and ask for the check of every row.

    The mapping is the source's from now on. Raises ``ColumnsMissingError``,
    ``DeliveryMovedOnError``.
    """
    with transaction.atomic():
        row = _held(actor, delivery_id, _State.MAPPING, _State.CHECKED)
        needed = delivery_view(row).needed
        chosen = {
            name: columns[name]
            for name in get_args(Column)
            if columns.get(name) and columns[name] in row.headings
        }
        if missing := [COLUMNS[name] for name in needed if name not in chosen]:
            raise ColumnsMissingError(columns="、".join(missing))
        if len(set(chosen.values())) < len(chosen):
            raise ColumnsMissingError(columns="每一列只能用一次")
        row.mapping, row.whole = chosen, whole
        _move(row, _State.CHECKING)
        if row.kind != "json":
            Source.objects.filter(pk=row.source_id).update(mapping=chosen)
        _audit(actor, "employment.map_columns", _entity(delivery_id), now, columns=len(chosen))


def confirm_delivery(
    *, actor: Actor, delivery_id: UUID, attempt: int, loss_confirmed: bool, now: datetime
) -> None:
    """Agree that the good rows become posts.

    ``attempt`` is the check somebody looked at: a newer one is not confirmed unseen. Raises
    ``LossNotConfirmedError`` where more than half of the source's posts would go and nobody has
    said that this is meant, ``OtherAtWorkError``, ``NothingToTakeError``.
    """
    try:
        with transaction.atomic():
            row = _held(actor, delivery_id, _State.CHECKED)
            view = delivery_view(row)
            if row.attempt != attempt:
                raise DeliveryMovedOnError
            if not view.counts.get("good", 0):
                raise NothingToTakeError
            if view.loses_most and not loss_confirmed:
                raise LossNotConfirmedError(
                    missing=view.counts["missing"], standing=view.counts["standing"]
                )
            row.confirmed_by, row.loss_confirmed = actor.label, loss_confirmed
            _move(row, _State.APPLYING)
            _audit(actor, "employment.confirm_delivery", _entity(delivery_id), now,
                   rows=view.counts["good"])  # fmt: skip
    except IntegrityError as error:  # another list of the source is being taken in
        raise OtherAtWorkError from error


def drop_delivery(*, actor: Actor, delivery_id: UUID, now: datetime) -> None:
    """Put a file away that was not taken in; its bytes go at once."""
    with transaction.atomic():
        row = _held(actor, delivery_id, _State.MAPPING, _State.CHECKED, _State.FAILED)
        if row.failed_in == _State.APPLYING:
            raise DeliveryMovedOnError  # some of it is in the list: go on with it
        row.state, row.files_removed_at = _State.DROPPED, now
        row.save(update_fields=["state", "files_removed_at"])
        _audit(actor, "employment.drop_delivery", _entity(delivery_id), now)
    shutil.rmtree(delivery_folder(delivery_id), ignore_errors=True)


def try_again(*, actor: Actor, delivery_id: UUID, now: datetime) -> None:
    """Ask again for the step that failed for a reason of ours."""
    with transaction.atomic():
        row = _held(actor, delivery_id, _State.FAILED)
        if row.failed_in not in _JOB_OF_STATE:
            raise DeliveryMovedOnError
        state, row.failed_in, row.failure = _State(row.failed_in), "", ""
        _move(row, state)
        _audit(actor, "employment.try_again", _entity(delivery_id), now)


def fail_delivery(delivery_id: UUID, sentence: str) -> None:
    """Say what stopped a step; the step can be asked for again."""
    with transaction.atomic():
        row = PostDelivery.objects.select_for_update().get(pk=delivery_id)
        if row.state in _JOB_OF_STATE:
            row.failed_in, row.failure, row.state = row.state, sentence[:500], _State.FAILED
            row.save(update_fields=["failed_in", "failure", "state"])


def ask_again(row: PostDelivery) -> int:
    """The job of a moving delivery: the one there is, or a new one where it was lost."""
    return _ask(row.pk, row.state, row.attempt)


def _held(actor: Actor, delivery_id: UUID, *states: str) -> PostDelivery:
    """The row, locked, in one of the states. Race: two officers press at once; the lock lets the
    second see what the first did, and it is refused."""
    row = PostDelivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None or not _brings(actor, row.source):
        raise DeliveryNotFoundError
    if row.state not in states:
        raise DeliveryMovedOnError
    return row


def _brings(actor: Actor, source: Source) -> bool:
    """An officer for the sources of the area, a firm for its own. Raises ``NotAllowedError`` for
    those who see the source and only look."""
    if source.kind == Source.Kind.FIRM and brings_for_firm(actor, source.firm_id):
        return True
    if not answers_for_source(actor, Region(source.area)):
        return False
    if actor.kind != "system" and not post_officers(actor):
        raise NotAllowedError
    return True


def _move(row: PostDelivery, state: str) -> None:
    row.state, row.attempt = _State(state), row.attempt + 1
    row.save()
    _ask(row.pk, state, row.attempt)


def _ask(delivery_id: UUID, state: str, attempt: int) -> int:
    kind = _JOB_OF_STATE[state]
    key = f"{kind}:{delivery_id}:{attempt}"
    return enqueue(kind, {"delivery": str(delivery_id), "attempt": attempt}, key=key)


def _entity(delivery_id: UUID) -> str:
    return f"employment.PostDelivery:{delivery_id}"


def _audit(actor: Actor, action: str, entity: str, now: datetime, **detail: int | str) -> None:
    record_audit(actor=actor, action=action, entity=entity, detail=detail, at=now)
