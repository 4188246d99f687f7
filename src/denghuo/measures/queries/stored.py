"""The stored queries: each a name, what it counts, and the door its rows come from.

A measure names one of them and its parameters; nothing else can be an actual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from denghuo.cases.public import (
    appeals_decided,
    cases_at_first_go,
    cases_decided,
    cases_opened,
    entitled_reached,
    payments_made,
)
from denghuo.ledger.public import orders_paid
from denghuo.measures.logic.definition import MeasureDefinition
from denghuo.people.public import (
    corrections_asked,
    firms_registered,
    mandates_given,
    persons_registered,
)
from denghuo.places.public import facilities_open
from denghuo.platform.public import CountedRows, look_ups_made, messages_sent
from denghuo.policy.public import disputes_raised, sweeps_finished


class UnknownQueryError(LookupError):
    """A measure names a query nobody wrote, or gives it what it does not take."""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """``make`` takes the parameters a measure gives. ``personal``: its rows are about persons,
    so that opening them leaves a trace; ``named``: its labels are (masked) names of persons."""

    make: Callable[..., CountedRows]
    personal: bool
    named: bool = False


def _plain(rows: CountedRows) -> Callable[[], CountedRows]:
    return lambda: rows


QUERIES: Mapping[str, StoredQuery] = {
    "persons_registered": StoredQuery(_plain(persons_registered), personal=True, named=True),
    "firms_registered": StoredQuery(_plain(firms_registered), personal=False),
    "mandates_given": StoredQuery(_plain(mandates_given), personal=True),
    "corrections_asked": StoredQuery(_plain(corrections_asked), personal=True, named=True),
    "disputes_raised": StoredQuery(_plain(disputes_raised), personal=True),
    "sweeps_finished": StoredQuery(_plain(sweeps_finished), personal=False),
    "messages_sent": StoredQuery(_plain(messages_sent), personal=True),
    "look_ups_made": StoredQuery(_plain(look_ups_made), personal=True),
    "facilities_open": StoredQuery(facilities_open, personal=False),
    "cases_opened": StoredQuery(cases_opened, personal=True),
    "cases_decided": StoredQuery(cases_decided, personal=True),
    "cases_at_first_go": StoredQuery(cases_at_first_go, personal=True),
    "entitled_reached": StoredQuery(entitled_reached, personal=True),
    "payments_made": StoredQuery(payments_made, personal=True),
    "appeals_decided": StoredQuery(appeals_decided, personal=True),
    "orders_paid": StoredQuery(_plain(orders_paid), personal=True),
}


@cache
def _made(name: str, params: tuple[tuple[str, Any], ...]) -> CountedRows:
    stored = QUERIES.get(name)
    if stored is None:
        raise UnknownQueryError(name)
    try:
        return stored.make(**dict(params))
    except TypeError as wrong:
        raise UnknownQueryError(f"{name}: {wrong}") from wrong


def rows_of(definition: MeasureDefinition) -> CountedRows | None:
    """The rows a measure's actual is counted from; None where it is a series or missing."""
    return _made(definition.query, definition.params) if definition.query else None


def is_personal(definition: MeasureDefinition) -> bool:
    """Whether the rows are about persons, so that opening them leaves a trace."""
    stored = QUERIES.get(definition.query)
    return stored is not None and stored.personal


def is_named(definition: MeasureDefinition) -> bool:
    """Whether its labels are names of persons, which not every reader of figures needs."""
    stored = QUERIES.get(definition.query)
    return stored is not None and stored.named
