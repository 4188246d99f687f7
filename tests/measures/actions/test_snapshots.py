"""A figure is frozen once, with its rows, and the database keeps it as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from denghuo.kernel.period import Period
from denghuo.measures.access import MeasureAreaNotFoundError
from denghuo.measures.actions.snapshots import (
    AlreadyFrozenError,
    NotFreezableError,
    PeriodNotOverError,
    freeze_measure,
)
from denghuo.measures.logic import frozen_rows as pure
from denghuo.measures.logic.spans import month_span, year_span
from denghuo.measures.models import FrozenRows, MeasureSnapshot
from denghuo.measures.queries import snapshots as queries
from denghuo.measures.queries.library import MeasureNotFoundError, measure
from denghuo.measures.queries.snapshots import frozen_page, frozen_rows, is_whole, since, snapshot
from denghuo.measures.queries.stored import rows_of
from denghuo.platform.models import AuditEntry
from denghuo.platform.public import Actor
from tests.factories import people
from tests.measures.region import CHIFENG, HOHHOT, WHOLE, XINCHENG, resident

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MARCH = month_span(2026, 3)
LEADER = people.as_staff(uuid4(), roles=["leader"], area=HOHHOT)


def freeze(
    measure_id: str = "persons-registered", *, actor: Actor = LEADER, span: Period = MARCH
) -> queries.SnapshotView:
    area = actor.area
    assert area is not None
    made = freeze_measure(actor=actor, measure_id=measure_id, area=area, span=span, now=NOW)
    return snapshot(actor, made)


def test_the_figure_is_its_rows() -> None:
    for _ in range(3):
        resident(XINCHENG)
    resident(CHIFENG)
    view = freeze()
    assert (view.value, view.counted.rows) == (3, 3)
    source = rows_of(measure("persons-registered"))
    assert source is not None
    shown = [row.key for row in source.stream(MARCH, HOHHOT)]
    assert [row.key for row in frozen_rows(view)] == shown
    assert all(not row.label for row in frozen_rows(view)), "names are not kept"
    assert is_whole(view)
    assert not since(view).difference
    assert AuditEntry.objects.latest("seq").action == "measures.freeze"


def test_blocks_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pure, queries):
        monkeypatch.setattr(module, "ROWS_PER_BLOCK", 3)
    for _ in range(8):
        resident(XINCHENG)
    view = freeze()
    whole = list(frozen_rows(view))
    assert FrozenRows.objects.count() == 3
    for many in (1, 2, 4, 10):
        pages = [
            row for first in range(0, 9, many) for row in frozen_page(view, first=first, many=many)
        ]
        assert pages == whole


def test_an_empty_period_is_a_figure_too() -> None:
    view = freeze()
    assert (view.value, list(frozen_rows(view))) == (0, [])
    assert is_whole(view)


@pytest.mark.parametrize("span", [month_span(2026, 11), year_span(2026), Period(date(2026, 1, 1))])
def test_a_period_that_still_runs_is_refused(span: Period) -> None:
    with pytest.raises(PeriodNotOverError):
        freeze(span=span)


@pytest.mark.parametrize("name", ["surveyed-unemployment", "job-fairs", "messages-read"])
def test_what_has_no_rows_here_is_not_frozen(name: str) -> None:
    with pytest.raises(NotFreezableError):
        freeze(name)


def test_who_may_not() -> None:
    with pytest.raises(MeasureNotFoundError):
        freeze("no-such")
    officer = people.as_staff(uuid4(), roles=["officer"], area=HOHHOT)
    with pytest.raises(MeasureAreaNotFoundError):
        freeze(actor=officer)
    with pytest.raises(MeasureAreaNotFoundError):
        freeze_measure(
            actor=LEADER, measure_id="persons-registered", area=WHOLE, span=MARCH, now=NOW
        )


def test_once() -> None:
    first = freeze()
    with pytest.raises(AlreadyFrozenError) as refused:
        freeze()
    assert refused.value.snapshot_id == first.id


def test_the_database_itself_refuses_to_change_it() -> None:
    resident(XINCHENG)
    freeze()
    for model, change in ((MeasureSnapshot, {"value": 9}), (FrozenRows, {"row_count": 9})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_a_query_that_changed_since_is_said_to_have(monkeypatch: pytest.MonkeyPatch) -> None:
    view = freeze()
    assert since(view).same_query
    monkeypatch.setattr(queries, "query_digest", lambda *_: "another")
    assert not since(view).same_query


def test_two_leaders_at_once_freeze_it_once(
    in_threads: Callable[..., list[object]],
) -> None:
    resident(XINCHENG)
    results = in_threads(*[freeze] * 3)
    assert MeasureSnapshot.objects.count() == 1
    assert FrozenRows.objects.count() == 1
    assert sum(isinstance(one, queries.SnapshotView) for one in results) == 1, results
    assert sum(isinstance(one, AlreadyFrozenError) for one in results) == 2, results
