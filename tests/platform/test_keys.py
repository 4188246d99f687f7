"""Rotation: everything under the new key, in steps, while people write."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from denghuo.platform import keys
from denghuo.platform.crypto import new_key
from denghuo.platform.keys import SealedColumn, reseal, sealed_columns
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.messages import Delivery

pytestmark = pytest.mark.django_db
COLUMN = SealedColumn(Delivery, "address")


def _fill(count: int) -> None:
    Delivery.objects.bulk_create(
        [Delivery(channel="sms", key=f"k{n}", address=f"139{n:08d}") for n in range(count)]
    )


@pytest.fixture
def rotated(settings: Settings) -> str:
    """A new current key, the old one behind it; returns the new one."""
    _fill(450)
    fresh = new_key()
    settings.IDENTITY_KEY = f"{fresh},{settings.IDENTITY_KEY}"
    return fresh


def _run(action: str) -> str:
    said = StringIO()
    call_command("keys", action, stdout=said)
    return said.getvalue()


def test_a_new_key_is_32_random_bytes() -> None:
    made = {_run("new").strip() for _ in range(3)}
    assert len(made) == 3
    assert all(len(base64.b64decode(key)) == 32 for key in made)


def test_after_rotation_the_new_key_alone_opens_everything(
    rotated: str, settings: Settings
) -> None:
    assert "platform.delivery.address: 还剩 450" in _run("status")
    said = _run("rotate")
    assert "platform.delivery.address: 200/450" in said
    assert "重新封存 450 个值" in said
    settings.IDENTITY_KEY = rotated
    numbers = Delivery.objects.order_by("key").values_list("address")
    assert {number for (number,) in numbers} == {f"139{n:08d}" for n in range(450)}
    assert "platform.delivery.address: 还剩 0" in _run("status")
    entry = AuditEntry.objects.get(action="platform.rotate_keys")
    assert '"platform.delivery.address":450' in entry.detail.replace(" ", "")


@pytest.mark.usefixtures("rotated")
def test_broken_off_and_run_again_it_goes_on_where_it_was() -> None:
    steps = reseal(COLUMN)
    assert next(steps) == keys.CHUNK_ROWS
    steps.close()
    assert COLUMN.left() == 450 - keys.CHUNK_ROWS
    assert list(reseal(COLUMN)) == [200, 250]
    assert list(reseal(COLUMN)) == []


def test_a_value_no_key_opens_stops_it_with_a_sentence_and_stays(settings: Settings) -> None:
    old = settings.IDENTITY_KEY
    _fill(3)
    settings.IDENTITY_KEY = new_key()
    with pytest.raises(CommandError, match="没有改动它"):
        _run("rotate")
    settings.IDENTITY_KEY = old
    assert Delivery.objects.filter(address__isnull=False).count() == 3
    assert {row.address for row in Delivery.objects.all()} == {f"139{n:08d}" for n in range(3)}


def test_a_missing_key_is_a_sentence(settings: Settings) -> None:
    settings.IDENTITY_KEY = ""
    with pytest.raises(CommandError, match="DENGHUO_IDENTITY_KEY"):
        _run("rotate")


def test_every_sealed_field_of_the_house_is_found() -> None:
    names = [column.name for column in sealed_columns()]
    assert "platform.delivery.address" in names
    assert "platform.message.body" in names
    assert names == sorted(names)


def test_what_people_write_during_rotation_is_not_lost(
    in_threads: Callable[..., list[object]], settings: Settings
) -> None:
    _fill(450)
    settings.IDENTITY_KEY = f"{new_key()},{settings.IDENTITY_KEY}"

    def write(n: int) -> Callable[[], int]:
        return lambda: Delivery.objects.filter(key=f"k{n}").update(address="13800138000")

    def rotate() -> list[int]:
        return list(reseal(COLUMN))

    results = in_threads(rotate, *[write(n) for n in (0, 150, 210, 300, 449)])
    assert not [result for result in results if isinstance(result, Exception)], results
    changed = Delivery.objects.filter(key__in=["k0", "k150", "k210", "k300", "k449"])
    assert {row.address for row in changed} == {"13800138000"}
    assert COLUMN.left() == 0
