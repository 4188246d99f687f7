"""A sealed field: plain in Python, bytes in the database, searchable for null only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection
from pytest_django import Settings

from denghuo.platform.crypto import SealBrokenError, new_key, sealing_keys
from denghuo.platform.fields import SealedTextField
from denghuo.platform.models.messages import Delivery

pytestmark = pytest.mark.django_db
PHONE = "13800138000"
NOON = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)


def _row(address: str | None = PHONE, key: str = "k") -> Delivery:
    return Delivery.objects.create(channel="sms", key=key, address=address, created_at=NOON)


def _stored() -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM platform_delivery")
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_plain_in_python_and_sealed_in_the_database() -> None:
    _row()
    assert Delivery.objects.get().address == PHONE
    stored = _stored()
    assert stored is not None
    assert PHONE.encode() not in stored


def test_null_stays_null_and_can_be_searched() -> None:
    _row(None, "none")
    assert _stored() is None
    _row(PHONE, "some")
    assert Delivery.objects.get(address__isnull=True).key == "none"
    assert Delivery.objects.get(address__isnull=False).key == "some"


def test_the_empty_text_is_not_null() -> None:
    _row("")
    assert Delivery.objects.get().address == ""


@pytest.mark.parametrize("lookup", ["address", "address__exact", "address__contains"])
def test_a_search_that_could_only_find_nothing_is_refused(lookup: str) -> None:
    with pytest.raises(FieldError):
        Delivery.objects.filter(**{lookup: PHONE}).exists()


def test_changed_through_every_road_it_stays_sealed() -> None:
    row = _row()
    Delivery.objects.filter(pk=row.pk).update(address="13911111111")
    assert b"139" not in (_stored() or b"")
    row.address = "13922222222"
    Delivery.objects.bulk_update([row], ["address"])
    assert Delivery.objects.get().address == "13922222222"
    assert Delivery.objects.values_list("address", flat=True).get() == "13922222222"


def test_copied_into_another_column_it_does_not_open() -> None:
    _row()
    with connection.cursor() as cursor:
        cursor.execute('UPDATE platform_delivery SET "values" = address')
    with pytest.raises(SealBrokenError, match=r"platform\.delivery\.values"):
        Delivery.objects.get()


def test_rows_are_found_by_the_key_that_sealed_them(settings: Settings) -> None:
    _row(key="old")
    old_key = sealing_keys()[0].key_id
    settings.IDENTITY_KEY = f"{new_key()},{settings.IDENTITY_KEY}"
    _row(key="new")
    assert Delivery.objects.get(address__sealed_under=old_key).key == "old"
    assert Delivery.objects.get(address__sealed_under=sealing_keys()[0].key_id).key == "new"


def test_it_is_not_dumped_in_clear() -> None:
    _row()
    with pytest.raises(Exception, match="sealed"):
        serializers.serialize("json", Delivery.objects.all())


def test_a_renamed_field_keeps_its_domain() -> None:
    field = SealedTextField(domain="people.person.mobile", null=True)
    assert field.domain == "people.person.mobile"
    assert field.deconstruct()[3] == {"domain": "people.person.mobile", "null": True}
    assert field.clone().domain == "people.person.mobile"
