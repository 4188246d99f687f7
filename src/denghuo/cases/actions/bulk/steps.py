"""What the chunks of a season have in common: whose hands, locked rows, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.turns import name_of
from denghuo.cases.logic.states import HAND_ROLES, Move, State
from denghuo.cases.models import Case, Step
from denghuo.kernel.subject import SubjectRef
from denghuo.people.public import firm_names, subject_name
from denghuo.platform.public import Actor, RowWriter


@dataclass(frozen=True, slots=True)
class Moved:
    """What one chunk came to. ``done``: nothing is left to move now; ``last_row`` is where the
    next chunk begins behind."""

    moved: int
    ordered: int
    left: int
    done: bool
    last_row: int = -1


def write_steps(
    actor: Actor,
    move: Move,
    states: tuple[State, State],
    rows: Sequence[tuple[UUID, int]],
    now: datetime,
) -> None:
    """The same step of many cases, given as id and version before it."""
    writer = RowWriter(
        Step,
        {
            "kind": move,
            "by": actor.label,
            "by_name": name_of(actor),
            "at": now,
            "from_state": states[0],
            "to_state": states[1],
        },
        ("case_id", "seq"),
    )
    writer.write([pk for pk, _ in rows], [version + 1 for _, version in rows])


class PayRow(NamedTuple):
    """A case as the chunks that pay need it: eight of its sixty columns."""

    pk: UUID
    version: int
    state: str
    subject_kind: str
    subject_id: UUID
    item: str
    area: str
    amount_fen: int
    decision_id: UUID | None

    @property
    def subject(self) -> SubjectRef:
        """Whom the case is about."""
        return SubjectRef("person" if self.subject_kind == "person" else "firm", self.subject_id)


def pay_rows(rows: QuerySet[Case]) -> list[PayRow]:
    """The rows found, read without making a model of each."""
    return [PayRow(*row) for row in rows.values_list(*PayRow._fields)]


def next_rows(rows: QuerySet[Case], *columns: str, after_row: int, limit: int) -> list[Any]:
    """The next rows of a season in its order, as tuples that begin with the row's place.

    From the first on, each chunk would walk over all those before it. What came to be ready
    behind the place reached, while the others were worked on, is found by the last chunks.
    """
    chosen = locked(rows).order_by("bulk_row").values_list("bulk_row", *columns)
    found = list(chosen.filter(bulk_row__gt=after_row)[:limit])
    if len(found) < limit and after_row >= 0:
        found += chosen.filter(bulk_row__lte=after_row)[: limit - len(found)]
    return found


def payee_names(rows: Sequence[PayRow]) -> dict[UUID, str]:
    """The registered name of each row's subject."""
    names = firm_names([row.subject_id for row in rows if row.subject_kind == "firm"])
    for row in rows:
        if row.subject_kind == "person":
            names[row.subject_id] = subject_name(row.subject)
    return names


def locked(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Kept from others until the transaction ends; SQLite has one writer anyway."""
    if connection.features.has_select_for_update:
        return rows.select_for_update(of=("self",))
    return rows


def demand_officer(actor: Actor) -> None:
    """Officers, supervisors, our own jobs. Raises ``CaseNotFoundError``."""
    if actor.kind == "system":
        return
    if actor.kind != "staff" or actor.roles.isdisjoint(
        HAND_ROLES["officer"] | HAND_ROLES["supervisor"]
    ):
        raise CaseNotFoundError
