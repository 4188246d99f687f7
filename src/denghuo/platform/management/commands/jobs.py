"""Look at jobs and deal with dead letters from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from denghuo.kernel.refusal import RefusalError
from denghuo.platform.access import SYSTEM
from denghuo.platform.jobs.desk import give_up_job, list_jobs, retry_job
from denghuo.platform.models.jobs import JobState


class Command(BaseCommand):
    help = "jobs list [--state dead] [--page 1] | jobs retry ID | jobs give-up ID"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="counts, and the jobs in one state")
        listing.add_argument("--state", choices=JobState.values, default=JobState.DEAD.value)
        listing.add_argument("--page", type=int, default=1)
        verbs.add_parser("retry", help="try a dead letter again").add_argument("id", type=int)
        verbs.add_parser("give-up", help="take it off the list").add_argument("id", type=int)

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        try:
            if verb == "list":
                self._list(options["state"], options["page"])
            elif verb == "retry":
                retry_job(actor=SYSTEM, job_id=options["id"])
            else:
                give_up_job(actor=SYSTEM, job_id=options["id"])
        except RefusalError as refused:
            raise CommandError(refused.sentence) from refused

    def _list(self, state: str, page: int) -> None:
        found = list_jobs(state=state, page=page)
        counts = "  ".join(f"{name} {number}" for name, number in found.counts.items())
        self.stdout.write(f"{counts}\npage {found.page} of {found.pages}")
        for job in found.jobs:
            self.stdout.write(
                f"{job.id}\t{job.kind}\t{job.state}\tattempts {job.attempts}\t"
                f"{job.run_at:%Y-%m-%d %H:%M:%S}Z\t{job.error}"
            )
