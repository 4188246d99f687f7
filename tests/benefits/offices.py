"""Files as other offices send them, and the way of one from upload to facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from openpyxl import Workbook

from denghuo.benefits.actions.import_applying import apply_import, take_back_import
from denghuo.benefits.actions.import_reading import check_file, look_at_file
from denghuo.benefits.actions.imports import confirm_import, receive_file, set_mapping
from denghuo.benefits.models import FactImport
from denghuo.benefits.queries.imports import ImportView, view_of
from denghuo.kernel.region import Region
from denghuo.people.public import register_firm
from denghuo.platform.public import SYSTEM, Actor
from tests.factories.people import HOHHOT, HOHHOT_XINCHENG, NOW, as_staff, make_staff, uscc

INSURANCE, TAX, REGISTER = "社会保险登记", "税务征收", "市场主体登记"
BASIS = "《社会保险法》第七十四条"
DAY = date(2026, 10, 31)
HEADINGS = ("统一社会信用代码", "单位名称", "裁员人数", "月平均参保人数", "实缴失业保险费（元）")


def officer(login: str = "officer", area: Region = HOHHOT) -> Actor:
    """An officer of the league."""
    roles = ("officer",)
    return as_staff(make_staff(login, roles=roles, area=area), roles=roles, area=area)


def silent(_done: int, _total: int) -> None:
    """A job that keeps no lease."""


def firm(sequence: int, *, name: str = "", region: Region = HOHHOT_XINCHENG) -> str:
    """A registered firm; its code."""
    code = uscc(sequence)
    register_firm(
        uscc=code,
        name=name or f"演示企业{sequence}",
        kind="company",
        region=region,
        actor=SYSTEM,
        now=NOW,
    )
    return code.text


def csv_bytes(rows: Iterable[Sequence[object]], *, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Iterable[Sequence[object]], *, title: str = "数据") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def received(
    actor: Actor, content: bytes, *, name: str = "参保数据.csv", now: datetime = NOW, **more: object
) -> UUID:
    """A file kept and looked at."""
    asked: dict[str, object] = {
        "subject": "firm",
        "office": INSURANCE,
        "legal_basis": BASIS,
        "area": HOHHOT,
        "observed_on": DAY,
        **more,
    }
    import_id = receive_file(actor=actor, name=name, chunks=lambda: [content], now=now, **asked)  # type: ignore[arg-type]
    look_at_file(import_id, attempt=0, now=now)
    return import_id


def view(import_id: UUID) -> ImportView:
    """How it stands."""
    return view_of(FactImport.objects.get(pk=import_id))


def checked(
    actor: Actor, content: bytes, *, name: str = "参保数据.csv", now: datetime = NOW, **more: object
) -> UUID:
    """A file whose guessed mapping was confirmed and whose rows were checked."""
    import_id = received(actor, content, name=name, now=now, **more)
    map_as_guessed(actor, import_id, now=now)
    return import_id


def map_as_guessed(actor: Actor, import_id: UUID, *, now: datetime = NOW) -> None:
    """Confirm what was guessed and check the rows."""
    held = view(import_id)
    set_mapping(
        actor=actor,
        import_id=import_id,
        mapping=held.mapping,
        observed_on=held.observed_on,
        save_as="",
        now=now,
    )
    check_file(import_id, attempt=view(import_id).attempt, progress=silent, now=now)
    assert view(import_id).state == "checked", view(import_id).failure


def confirmed(
    actor: Actor, import_id: UUID, *, mode: str = "records", registers: bool = False,
    now: datetime = NOW,
) -> UUID:  # fmt: skip
    """Agreed to, not yet done."""
    confirm_import(
        actor=actor,
        import_id=import_id,
        mode=mode,
        registers=registers,
        attempt=view(import_id).attempt,
        now=now,
    )
    return import_id


def applied(
    actor: Actor, content: bytes, *, mode: str = "records", registers: bool = False,
    now: datetime = NOW, **more: object,
) -> UUID:  # fmt: skip
    """A file from upload to facts."""
    import_id = checked(actor, content, now=now, **more)  # type: ignore[arg-type]
    confirmed(actor, import_id, mode=mode, registers=registers, now=now)
    apply_import(import_id, progress=silent, clock=lambda: now)
    assert view(import_id).state == "applied"
    return import_id


def undone(import_id: UUID, *, now: datetime | None = None) -> None:
    """The work of a taking back that was asked for."""
    take_back_import(import_id, progress=silent, clock=lambda: now or timezone.now())
