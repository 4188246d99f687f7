"""A file of firms for the desk: one that is entitled, one refused, one nobody can judge yet."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import cast
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from denghuo.kernel.region import Region
from denghuo.platform.public import Actor
from denghuo.policy.actions.sweep_work import run_sweep
from denghuo.policy.actions.sweeps import start_sweep
from denghuo.policy.actions.texts import draft_text, propose_text, publish_text
from denghuo.policy.queries.library import speaking_text
from denghuo.policy.queries.library import text as text_of
from denghuo.policy.queries.sweeps import run
from tests.factories.people import NOW, as_staff, make_staff
from tests.people import browsers

_hands = itertools.count(1)
POLICY = "stable-jobs-refund"
WHOLE = Region.read("15")
AS_OF = date(2025, 9, 1)
# A small firm that gets 60 % of 186,400.00 yuan (the worked sum of the service facts), one that
# laid off too many, one that is one thing short of being judged.
ROWS: list[dict[str, object]] = [
    {"entity": "甲公司", "laid_off_count": 2, "region": "150102", "size_class": "small"},
    {"entity": "乙公司", "laid_off_count": 30, "region": "150102", "size_class": "small"},
    {"entity": "丙公司", "laid_off_count": None, "region": "150402", "size_class": "micro"},
]
COMMON: dict[str, object] = {
    "firm_kind": "enterprise",
    "insured_average": "42",
    "unemployment_premium_paid": 18_640_000,
    "unemployment_months_paid": 12,
    "dishonest": False,
    "zombie": False,
    "contribution_year_ends_on": date(2024, 12, 31),
    "pool_reserve_months": 6,
}


def write(path: Path, rows: Iterable[dict[str, object]] = ROWS) -> Path:
    """A file of facts: each row beside what all firms have in common."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([{**COMMON, **row} for row in rows]), path)
    return path


def staff(login: str = "second", role: str = "policy_officer", area: Region = WHOLE) -> Actor:
    """A member of the policy staff who answers for the whole region."""
    return as_staff(make_staff(login, roles=(role,), area=area), roles=(role,), area=area)


def browser(login: str, role: str = "policy_officer", area: Region = WHOLE) -> Client:
    """Their browser."""
    return browsers.staff(make_staff(login, roles=(role,), area=area))


def start(actor: Actor, path: Path, **more: object) -> UUID:
    """A run asked for."""
    asked: dict[str, object] = {
        "actor": actor,
        "source": path,
        "source_name": path.name,
        "policies": [POLICY],
        "as_of": AS_OF,
        "now": NOW,
        **more,
    }
    return start_sweep(**asked)  # type: ignore[arg-type]


def silent(_done: int, _total: int) -> None:
    """A job that keeps no lease."""


def swept(actor: Actor, path: Path, **more: object) -> UUID:
    """A run asked for and done."""
    run_id = start(actor, path, **more)
    run_sweep(run_id, progress=silent)
    assert run(run_id).failure == ""
    return run_id


def sums(run_id: UUID) -> dict[str, int]:
    """How many got which verdict."""
    found: dict[str, int] = run(run_id).summary["policies"][POLICY]["by_verdict"]
    return found


def downloaded(client: Client, address: str) -> str:
    """The text of a file sent in pieces."""
    answer = cast("StreamingHttpResponse", client.get(address))
    assert answer.status_code == 200
    return b"".join(cast("Iterable[bytes]", answer.streaming_content)).decode("utf-8-sig")


def speaking(policy_id: str) -> str:
    """The text of a policy as it speaks now."""
    return speaking_text(policy_id)


def propose(author: Actor, text_id: UUID, *, now: datetime = NOW) -> None:
    """A draft as it stands, put before a second person."""
    digest = text_of(text_id).digest
    propose_text(actor=author, text_id=text_id, digest=digest, check=lambda _text: None, now=now)


def publish(text: str, *, now: datetime | None = None) -> UUID:
    """A text written by one, published by another."""
    at = now or timezone.now()
    number = next(_hands)
    author = staff(f"author{number}")
    publisher = staff(f"publisher{number}", role="policy_publisher")
    text_id = draft_text(actor=author, text=text, note="试", now=at)
    propose(author, text_id, now=at)
    publish_text(actor=publisher, text_id=text_id, digest=text_of(text_id).digest, now=at)
    return text_id
