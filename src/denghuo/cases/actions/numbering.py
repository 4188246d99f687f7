"""Serial numbers without gaps, taken inside the transaction that uses them."""

from __future__ import annotations

from django.db import connection

from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.logic.numbers import number_text

_TAKE = (
    "INSERT INTO cases_numbercounter (item, year, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (item, year) DO UPDATE SET last = cases_numbercounter.last + excluded.last "
    "RETURNING last"
)


def next_numbers(item: ServiceItem, year: int, count: int = 1) -> list[str]:
    """The next ``count`` numbers of an item and year, in order.

    One statement reads and raises the counter and keeps its row locked until the transaction
    ends: who comes after waits, and a rollback gives the numbers back. That is what a sequence
    of the database would not do.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [item.code, year, count])
        last = int(cursor.fetchone()[0])
    return [number_text(item.prefix, year, serial) for serial in range(last - count + 1, last + 1)]
