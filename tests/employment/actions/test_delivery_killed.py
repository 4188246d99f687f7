"""Taking a list in survives being killed at any point: nothing lost, nothing taken twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from denghuo.employment.actions import delivery_applying
from denghuo.employment.actions.deliveries import confirm_delivery
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.models import (
    Advert,
    Post,
    PostDelivery,
    PostDeliveryRow,
    PostQuestion,
    Source,
)
from denghuo.platform.models import AuditEntry, Job
from denghuo.platform.public import Actor
from tests.benefits.offices import csv_bytes, officer, silent
from tests.elsewhere import start
from tests.employment.actions.test_deliveries import HEADINGS, applied, checked, line, row_of
from tests.employment.collected import BODY, LATER, source

pytestmark = pytest.mark.usefixtures("few_places")
SCRIPT = Path(__file__).with_name("delivery_to_kill.py")
PATIENCE_SECONDS = 90
TITLES = ("挤奶工", "会计", "电工", "司机", "厨师", "保洁员", "焊工")
# The function, which call of it, before or after it has run: in the order of the work, so that
# one delivery dies of all of them, one after the other.
PLACES = [
    ("write_posts", 1, "before"),  # adverts and bare posts stand in an open transaction
    ("_write_questions", 1, "after"),
    ("keep_remarks", 1, "after"),
    ("tell_followers", 1, "after"),  # jobs asked for, the cursor not moved
    ("_audit", 1, "after"),  # the cursor moved, the step not yet agreed to
    ("progress", 1, "before"),  # one step agreed to
    ("take_rows", 2, "after"),  # one more, and the next half done
    ("withdraw_adverts", 1, "after"),
    ("progress", 1, "before"),  # what is missing is withdrawn, and not yet said to be done
    ("_finish", 1, "before"),
]


@pytest.fixture
def clerk(transactional_db: None, data_dir: Path) -> Actor:
    return officer()


def confirmed(clerk: Actor, board: Source) -> UUID:
    """A whole list after an earlier one: changed, the same, new, joined, broken, missing rows."""
    first = [line(at, title) for at, title in enumerate(TITLES[:5])]
    applied(clerk, csv_bytes([HEADINGS, *first, line(90, "门卫")]), board.pk)
    elsewhere = source("招聘网", kind="board")
    applied(clerk, csv_bytes([HEADINGS, line(7, "挤奶工", firm=73)]), elsewhere.pk)
    rows = [
        line(0, TITLES[0], 月薪="5000-7000元/月"),
        line(1, TITLES[1]),
        line(2, TITLES[2], 岗位职责=BODY + "限女性，35岁以下。"),
        line(3, TITLES[3]),
        line(4, TITLES[4], 月薪="8000-5000"),
        line(5, "", firm=74),
        line(6, TITLES[5]),
        line(7, TITLES[6], 统一社会信用代码="91150105MA0N0000XX"),
        line(8, "急招挤奶工", firm=73),
        line(9, TITLES[6]),
        line(10, "电焊工", firm=75),
    ]
    content = csv_bytes([HEADINGS, *rows])
    delivery_id = checked(clerk, content, board.pk, whole=True, now=LATER)
    confirm_delivery(
        actor=clerk, delivery_id=delivery_id, attempt=1, loss_confirmed=False, now=LATER
    )
    return delivery_id


def everything(delivery_id: UUID) -> dict[str, object]:
    """All that a taking in leaves, without the numbers a database gives."""
    adverts = Advert.objects.select_related("post", "source").order_by("source__name", "source_key")
    posts: dict[int, list[str]] = {}
    for one in adverts:
        posts.setdefault(one.post_id, []).append(f"{one.source.name}:{one.source_key}")
    numbers = {"id", "post_id", "delivery_id", "source_id"}

    def plain(row: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in row.items() if name not in numbers}

    return {
        "adverts": [plain(one) for one in adverts.values()],
        "posts": sorted(
            ([told, plain(Post.objects.filter(pk=pk).values().get())]
             for pk, told in posts.items()), key=lambda each: str(each[0])),
        "bare posts": Post.objects.exclude(pk__in=posts).count(),
        "questions": sorted(
            f"{posts[one.post_id]} {one.question} {one.state} {one.told}"
            for one in PostQuestion.objects.all()
        ),
        "remarks": list(
            PostDeliveryRow.objects.filter(delivery_id=delivery_id)
            .order_by("row", "code", "column")
            .values_list("row", "column", "grade", "code", "values")
        ),
        "counts": row_of(delivery_id).counts,
        "jobs": Counter(Job.objects.values_list("kind", flat=True)),
        "audit": Counter(AuditEntry.objects.values_list("action", flat=True)),
    }  # fmt: skip


def undisturbed(delivery_id: UUID) -> dict[str, object]:
    """What the list leaves when nobody dies; undone again."""
    with transaction.atomic():
        apply_delivery(delivery_id, progress=silent, clock=lambda: LATER)
        assert row_of(delivery_id).state == "applied"
        found = everything(delivery_id)
        transaction.set_rollback(True)
    return found


def test_a_list_killed_for_real_at_every_point_leaves_what_an_undisturbed_one_leaves(
    clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_applying, "CHUNK_ROWS", 3)
    delivery_id = confirmed(clerk, source())
    wanted = undisturbed(delivery_id)
    known = Advert.objects.count()
    cursor = 0
    for name, at, when in PLACES:
        worker = start(SCRIPT, str(delivery_id), name, str(at), when, LATER.isoformat())
        worker.join(PATIENCE_SECONDS)
        assert worker.exitcode == -signal.SIGKILL, (name, at, when)
        row = PostDelivery.objects.get(pk=delivery_id)
        assert row.state == "applying"
        assert row.cursor >= cursor, "what was agreed to is not lost"
        cursor = row.cursor
        # Exactly the rows up to the cursor stand, and a post for each.
        done = Advert.objects.filter(delivery_id=delivery_id).count()
        assert done == sum(row.counts.get(f"taken_{one}", 0) for one in ("new", "changed", "same"))
        assert Advert.objects.count() == known + row.counts.get("taken_new", 0)
        assert not Post.objects.exclude(pk__in=Advert.objects.values("post_id")).exists()
    assert cursor == 12, "the last kills fell behind the last row"
    apply_delivery(delivery_id, progress=silent, clock=lambda: LATER)
    assert everything(delivery_id) == wanted
    assert row_of(delivery_id).counts["taken_withdrawn"] == 1
    assert row_of(delivery_id).counts["taken_joined"] == 1


def test_two_workers_at_once_take_each_row_once(
    clerk: Actor, in_threads: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_applying, "CHUNK_ROWS", 2)
    delivery_id = confirmed(clerk, source())
    wanted = undisturbed(delivery_id)

    def work() -> None:
        apply_delivery(delivery_id, progress=silent, clock=lambda: LATER)

    results = in_threads(work, work, work)  # type: ignore[operator]
    assert results == [None] * 3
    assert everything(delivery_id) == wanted
