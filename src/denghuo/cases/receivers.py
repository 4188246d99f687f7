"""What the cases room does when another room tells something."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from denghuo.cases.access import CaseNotFoundError
from denghuo.cases.actions.bulk.approving import DECIDED
from denghuo.cases.actions.bulk.following import TELL_PAID, follow_settled, tell_paid
from denghuo.cases.actions.bulk.telling import tell_decided
from denghuo.cases.actions.following import follow_orders
from denghuo.cases.actions.paying import ABOUT
from denghuo.cases.actions.reminding import recompute_due_dates
from denghuo.cases.actions.reopening import follow_reversal
from denghuo.cases.queries.documents import file_is_held, file_may_be_read
from denghuo.platform.public import (
    YEAR_PUBLISHED,
    Actor,
    FileView,
    RunningJob,
    job,
    may_read_files,
    needs_file,
    on_event,
)


def _follow(running: RunningJob) -> None:
    """Orders about something else are nobody's here."""
    about = str(running.payload.get("about", ""))
    if not about.startswith(ABOUT):
        return
    try:
        follow_orders(case_id=UUID(about.removeprefix(ABOUT)), now=timezone.now())
    except CaseNotFoundError:
        return


@on_event("ledger.rows_read", kind="cases.follow_settled", atomic=False)
def follow_the_bank(running: RunningJob) -> None:
    """A bank's answer was booked, a few thousand rows at a time."""
    follow_settled(
        return_id=UUID(running.payload["return_file"]),
        after=int(running.payload["after"]),
        until=int(running.payload["until"]),
        now=timezone.now(),
    )


@job(TELL_PAID, atomic=False)
def tell_of_payment(running: RunningJob) -> None:
    """Those whose money arrived read so."""
    tell_paid(
        return_id=UUID(running.payload["return"]),
        after=int(running.payload["after"]),
        until=int(running.payload["until"]),
        now=timezone.now(),
    )


@on_event("ledger.order_reissued", kind="cases.follow_reissued")
def follow_reissued(running: RunningJob) -> None:
    """A treasurer sent it again."""
    _follow(running)


@on_event("ledger.order_cancelled", kind="cases.follow_cancelled")
def follow_cancelled(running: RunningJob) -> None:
    """A treasurer took it back before it left."""
    _follow(running)


@on_event("ledger.order_given_up", kind="cases.follow_given_up")
def follow_given_up(running: RunningJob) -> None:
    """It is not tried again."""
    _follow(running)


@on_event("ledger.entry_reversed", kind="cases.follow_reversal")
def follow_an_entry_reversed(running: RunningJob) -> None:
    """Money that was booked as given back did not come."""
    about = str(running.payload.get("about", ""))
    if not about.startswith(ABOUT):
        return
    try:
        follow_reversal(
            case_id=UUID(about.removeprefix(ABOUT)),
            entry_id=int(running.payload["entry"]),
            now=timezone.now(),
        )
    except CaseNotFoundError:
        return


@on_event(YEAR_PUBLISHED, kind="cases.recompute_due_dates", atomic=False)
def reckon_again(running: RunningJob) -> None:
    """Provisional dates become real ones."""
    recompute_due_dates(year=int(running.payload["year"]), now=timezone.now())


@on_event(DECIDED, kind="cases.tell_decided", atomic=False)
def tell_a_season(running: RunningJob) -> None:
    """Signing for thousands takes a second; telling them takes longer and waits for nobody."""
    tell_decided(
        key=str(running.payload["key"]),
        first=int(running.payload["first"]),
        last=int(running.payload["last"]),
        now=timezone.now(),
    )


@may_read_files
def office_reads_papers(actor: Actor, file: FileView) -> str:
    """Whoever works on a case opens what was handed in with it; the applicant reads of it."""
    return "审核办件材料" if file_may_be_read(actor, file.id) else ""


@needs_file
def papers_are_held(file_id: UUID) -> bool:
    """While any draft or case holds it, a file stays."""
    return file_is_held(file_id)
