"""What came back, by what it was paid for. A reversed entry says that it did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from denghuo.ledger.logic.entries import read_lines
from denghuo.ledger.logic.pay_states import REPAID_ENTRY
from denghuo.ledger.models import Entry
from denghuo.platform.public import one_of


@dataclass(frozen=True, slots=True)
class RepaymentView:
    """One row of a bank's statement as it was booked."""

    entry_id: int
    reference: str
    amount_fen: int
    on: date


def repayments_about(abouts: Iterable[str]) -> Mapping[str, tuple[RepaymentView, ...]]:
    """What came back for each of these, in the order it was booked; others are left out."""
    names = sorted(set(abouts))
    if not names:
        return {}
    rows = Entry.objects.filter(about__in=one_of(names, text=True), kind=REPAID_ENTRY)
    mirrored = Entry.objects.filter(reverses__in=rows.values("pk")).values("reverses_id")
    found: defaultdict[str, list[RepaymentView]] = defaultdict(list)
    for row in rows.exclude(pk__in=mirrored).order_by("pk"):
        found[row.about].append(
            RepaymentView(
                entry_id=row.pk,
                reference=row.key.rpartition(":")[2].partition("#")[0],
                amount_fen=sum(max(0, line.amount_fen) for line in read_lines(row.lines)),
                on=row.booked_on,
            )
        )
    return {about: tuple(each) for about, each in found.items()}
