"""What the places room's tables count: facilities that stand on a day."""

from __future__ import annotations

from denghuo.places.logic.facility_rows import KINDS
from denghuo.places.models import Facility
from denghuo.places.queries.facilities import UnknownKindError
from denghuo.platform.public import CountedRows


def facilities_open(kind: str) -> CountedRows:
    """Facilities of a kind, from the day they were entered here to the day they closed.

    Raises ``UnknownKindError``.
    """
    if kind not in KINDS:
        raise UnknownKindError(kind=kind)
    return CountedRows(
        key="places.Facility",
        rows=lambda: Facility.objects.filter(kind=kind),
        at="created_at",
        gone="closed_on",
        area="division__code",
        label="name",
    )
