"""Rows written with few words: the same rows as the plain way, under rising identifiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from denghuo.platform.models.messages import Delivery, Message
from denghuo.platform.public import RowWriter, fresh_ids, one_of, update_rows

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_fresh_ids_rise_are_of_version_seven_and_never_meet() -> None:
    """In one call and from one millisecond to the next."""
    early, late = fresh_ids(500, NOW), fresh_ids(500, NOW + timedelta(milliseconds=1))
    assert early == sorted(early)
    assert early[-1] < late[0]
    assert len({*early, *late, *fresh_ids(500, NOW)}) == 1_500
    assert {(one.version, one.variant) for one in early} == {(7, UUID(int=2 << 62).variant)}


def test_fresh_ids_cannot_be_guessed_from_one_another() -> None:
    """Sixty-two bits of the low half differ in every place over some hundred identifiers."""
    low = [one.int & (1 << 62) - 1 for one in fresh_ids(300, NOW)]
    for bit in range(62):
        ones = sum(one >> bit & 1 for one in low)
        assert 75 < ones < 225


@pytest.mark.django_db
def test_written_rows_are_those_of_bulk_create() -> None:
    """Every column, given or left to its default; then one column of one row changed."""
    ids = fresh_ids(2, NOW)
    given = {"kind": "test.kind", "created_at": NOW, "to": f"person:{uuid4()}", "body": "正文"}
    writer = RowWriter(Message, given, ("id", "key", "title"))
    writer.write(ids, ["one", "two"], ["甲", "乙"])
    plain = [
        Message(id=uuid4(), key=f"plain {key}", title=title, **given)
        for key, title in (("one", "甲"), ("two", "乙"))
    ]
    Message.objects.bulk_create(plain)
    columns = [f.attname for f in Message._meta.concrete_fields if f.attname not in {"id", "key"}]
    quick = list(Message.objects.filter(pk__in=ids).order_by("title").values(*columns))
    assert quick == list(
        Message.objects.filter(pk__in=[one.pk for one in plain]).order_by("title").values(*columns)
    )
    update_rows(Message._meta.db_table, "title = %s", ["丙"], [ids[0]])
    assert set(Message.objects.filter(pk__in=ids).values_list("title", flat=True)) == {"丙", "乙"}


@pytest.mark.django_db
def test_no_rows_and_unknown_columns() -> None:
    """Nothing to write writes nothing; a column that is not there is said at once."""
    RowWriter(Message, {"kind": "k"}, ("id", "title")).write([], [])
    update_rows(Message._meta.db_table, "title = %s", [], [])
    assert not Message.objects.exists()
    with pytest.raises(ValueError, match="no_such"):
        RowWriter(Message, {"no_such": 1}, ("id",))


@pytest.mark.django_db
def test_more_rows_than_one_statement_takes() -> None:
    """Twelve hundred rows: every one is there, with its own words."""
    ids = fresh_ids(1_200, NOW)
    writer = RowWriter(Message, {"kind": "k", "to": "person:x", "created_at": NOW},
                       ("id", "key", "title", "body"))  # fmt: skip
    words = [f"第 {at} 条" for at in range(1_200)]
    writer.write(ids, [f"key {at}" for at in range(1_200)], words, words)
    found = list(Message.objects.order_by("id").values_list("id", "title", "body"))
    assert found == list(zip(ids, words, words, strict=True))


@pytest.mark.django_db
def test_many_rows_changed_each_to_its_own() -> None:
    """More than one statement takes; a change may read the row; what was not named stays."""
    ids = fresh_ids(1_100, NOW)
    writer = RowWriter(Message, {"kind": "k", "to": "person:x", "created_at": NOW, "body": "b"},
                       ("id", "key", "title"))  # fmt: skip
    writer.write(ids, [f"key {at}" for at in range(1_100)], ["前"] * 1_100)
    update_rows(
        Message._meta.db_table,
        "title = title || %s, link = %s",
        [f"后{at}" for at in range(1_050)],
        [f"/{at}/" for at in range(1_050)],
        ids[:1_050],
    )
    found = list(Message.objects.order_by("id").values_list("title", "link"))
    assert found[:1_050] == [(f"前后{at}", f"/{at}/") for at in range(1_050)]
    assert found[1_050:] == [("前", "")] * 50


@pytest.mark.django_db
def test_one_of_many_finds_what_in_finds() -> None:
    """Identifiers and texts, none of them, and through a reference's own column."""
    ids = fresh_ids(30, NOW)
    writer = RowWriter(Message, {"kind": "k", "to": "person:x", "created_at": NOW, "body": "b"},
                       ("id", "key", "title"))  # fmt: skip
    writer.write(ids, [f"钥匙 '{at}\"" for at in range(30)], ["t"] * 30)
    some = {*ids[3:9], uuid4()}
    assert set(Message.objects.filter(pk__in=one_of(some)).values_list("pk", flat=True)) == {
        *ids[3:9]
    }
    keys = [f"钥匙 '{at}\"" for at in (1, 29, 77)]
    assert Message.objects.filter(key__in=one_of(keys, text=True)).count() == 2
    assert not Message.objects.filter(pk__in=one_of([])).exists()
    assert not Message.objects.filter(key__in=one_of([], text=True)).exists()
    assert not Delivery.objects.filter(message_id__in=one_of(ids)).exists()
    assert Message.objects.exclude(pk__in=one_of(ids[:29])).get().pk == ids[29]
