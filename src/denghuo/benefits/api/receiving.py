"""A file on its way in: the import that its bytes are already, or a new one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from denghuo.benefits.actions.imports import receive_file
from denghuo.benefits.logic.targets import SubjectKind
from denghuo.benefits.queries.import_lists import same_bytes
from denghuo.benefits.queries.imports import ImportView, import_of
from denghuo.kernel.region import Region
from denghuo.platform.public import Actor, ActorRequest, Brought, sent_parts


@dataclass(frozen=True, slots=True)
class Delivery:
    """What goes with the bytes."""

    name: str
    subject: SubjectKind
    office: str
    legal_basis: str
    area: str
    observed_on: date | None

    def sent(self, request: ActorRequest, sha256: str) -> bytes:
        """What the request asks, for its idempotency key."""
        return sent_parts(request, *(str(part) for part in asdict(self).values()), sha256)


def received(
    actor: Actor, told: Delivery, brought: Brought, *, now: datetime
) -> tuple[ImportView, bool]:
    """The import of these bytes, and whether it was there already.

    Raises what ``receive_file`` raises.
    """
    area = Region.read(told.area)
    before = same_bytes(
        actor,
        digest=brought.sha256,
        subject=told.subject,
        office=told.office,
        area=area,
        observed_on=told.observed_on,
    )
    if before is not None:
        return before, True
    import_id = receive_file(
        actor=actor,
        name=told.name,
        chunks=brought.chunks,
        subject=told.subject,
        office=told.office,
        legal_basis=told.legal_basis,
        area=area,
        observed_on=told.observed_on,
        now=now,
    )
    return import_of(actor, import_id), False
