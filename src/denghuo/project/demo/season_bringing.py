"""An office's table on its way from upload to facts, by the same steps as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from denghuo.benefits.public import (
    apply_import,
    check_file,
    confirm_import,
    import_of,
    look_at_file,
    receive_file,
    set_mapping,
)
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectKind
from denghuo.project.demo.season_runs import Hands


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """What an office sends, and on what ground."""

    subject: SubjectKind
    office: str
    content: bytes
    legal_basis: str
    area: Region


def bring(told: OfficeTable, hands: Hands, *, now: datetime) -> None:
    """Brought in by the officer, confirmed by another; the day it speaks of is today."""
    import_id = receive_file(
        actor=hands.officer,
        name=f"{told.office}{now:%Y%m%d}.csv",
        chunks=partial(_whole, told.content),
        subject=told.subject,
        office=told.office,
        legal_basis=told.legal_basis,
        area=told.area,
        observed_on=day_of(now),
        now=now,
    )
    look_at_file(import_id, attempt=0, now=now)
    held = import_of(hands.officer, import_id)
    set_mapping(
        actor=hands.officer,
        import_id=import_id,
        mapping=held.mapping,
        observed_on=held.observed_on,
        save_as="",
        now=now,
    )
    attempt = import_of(hands.officer, import_id).attempt
    check_file(import_id, attempt=attempt, progress=_silent, now=now)
    confirm_import(
        actor=hands.checker,
        import_id=import_id,
        mode="table",
        registers=False,
        attempt=attempt,
        now=now,
    )
    apply_import(import_id, progress=_silent, clock=lambda: now)


def _whole(content: bytes) -> Sequence[bytes]:
    """An upload in one piece."""
    return [content]


def _silent(_done: int, _total: int) -> None:
    """Nobody waits for the single file."""
