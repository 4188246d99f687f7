"""The operators' desk: see, retry, give up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import cast
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponseBase
from django.test import RequestFactory

from denghuo.platform.access import (
    ANONYMOUS,
    Actor,
    ActorRequest,
    NotAllowedError,
    SignInNeededError,
)
from denghuo.platform.jobs.desk import (
    JobNotDeadError,
    NoSuchJobError,
    give_up_job,
    job_view,
    list_jobs,
    retry_job,
)
from denghuo.platform.jobs.registry import RunningJob, job
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.jobs import Job, JobState
from denghuo.platform.pages import jobs as pages
from denghuo.platform.worker import drain

pytestmark = pytest.mark.django_db
OPERATOR = Actor(kind="staff", staff_id=UUID(int=1), roles=frozenset({"operator"}))
OFFICER = Actor(kind="staff", staff_id=UUID(int=2), roles=frozenset({"officer"}))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def dead(**more: object) -> Job:
    return Job.objects.create(
        kind="test.note", state=JobState.DEAD, attempts=8, error="网关不通", **more
    )


def request(path: str, actor: Actor, *, method: str = "get") -> ActorRequest:
    made = cast("ActorRequest", getattr(RequestFactory(), method)(path))
    made.actor = actor
    return made


def text_of(answer: HttpResponseBase) -> str:
    return cast("bytes", getattr(answer, "content", b"")).decode()


def test_a_dead_letter_is_shown_with_its_reason_and_two_buttons() -> None:
    letter = dead(payload={"message": "m1", "phone": "13812345678"})
    page = text_of(pages.job_list(request("/desk/jobs/", OPERATOR)))
    assert "网关不通" in page
    assert f"/desk/jobs/{letter.id}/retry/" in page
    assert f"/desk/jobs/{letter.id}/give-up/" in page
    assert "13812345678" not in page


def test_other_states_have_no_buttons_and_an_empty_list_says_so() -> None:
    Job.objects.create(kind="test.note", state=JobState.DONE)
    done = text_of(pages.job_list(request("/desk/jobs/?state=done", OPERATOR)))
    assert "test.note" in done
    assert "/retry/" not in done
    assert "这里没有任务" in text_of(pages.job_list(request("/desk/jobs/?state=dead", OPERATOR)))


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?page=0", "?page=９９", "?page=" + "9" * 400]
)
def test_nonsense_in_the_address_shows_the_dead_letters(query: str) -> None:
    dead()
    assert "网关不通" in text_of(pages.job_list(request(f"/desk/jobs/{query}", OPERATOR)))


@pytest.mark.parametrize(
    ("actor", "refusal"), [(ANONYMOUS, SignInNeededError), (OFFICER, NotAllowedError)]
)
def test_only_operators_come_in(actor: Actor, refusal: type[Exception]) -> None:
    letter = dead()
    with pytest.raises(refusal):
        pages.job_list(request("/desk/jobs/", actor))
    for view in (pages.job_retry, pages.job_give_up):
        with pytest.raises(refusal):
            view(request("/", actor, method="post"), job_id=letter.id)
    letter.refresh_from_db()
    assert letter.state == JobState.DEAD


def test_retry_gives_all_attempts_again_and_leaves_an_audit_row() -> None:
    runs: list[RunningJob] = []
    job("test.note")(runs.append)
    letter = dead(run_at=NOW)
    answer = pages.job_retry(request("/", OPERATOR, method="post"), job_id=letter.id)
    assert answer.status_code == 302
    drain()
    assert [run.attempt for run in runs] == [1]
    row = AuditEntry.objects.get()
    assert (row.action, row.entity) == ("platform.retry_job", f"platform.job:{letter.id}")
    assert row.actor == OPERATOR.label


def test_what_was_given_up_stays_for_the_record() -> None:
    letter = dead()
    pages.job_give_up(request("/", OPERATOR, method="post"), job_id=letter.id)
    assert job_view(letter.id).state == JobState.GIVEN_UP
    assert list_jobs(state="given_up", page=1).total == 1
    with pytest.raises(JobNotDeadError):
        retry_job(actor=OPERATOR, job_id=letter.id)


def test_of_two_operators_who_click_at_once_one_is_told(
    in_threads: Callable[..., list[object]],
) -> None:
    letter = dead()
    results = in_threads(
        *[lambda: retry_job(actor=OPERATOR, job_id=letter.id)] * 2,
        *[lambda: give_up_job(actor=OPERATOR, job_id=letter.id)] * 2,
    )
    assert results.count(None) == 1
    assert sum(isinstance(one, JobNotDeadError) for one in results) == 3
    assert AuditEntry.objects.count() == 1


def test_progress_can_be_looked_at() -> None:
    running = Job.objects.create(
        kind="test.note", state=JobState.RUNNING, progress_done=30, progress_total=120
    )
    assert job_view(running.id).percent == 25
    assert job_view(dead().id).percent is None
    with pytest.raises(NoSuchJobError):
        job_view(10**9)


def test_long_lists_come_in_pages() -> None:
    for _ in range(120):
        dead()
    last = list_jobs(state="dead", page=99)
    assert (last.page, last.pages, last.total, len(last.jobs)) == (3, 3, 120, 20)


def test_the_command_lists_retries_and_gives_up() -> None:
    first, second = dead(), dead()
    said = StringIO()
    call_command("jobs", "list", stdout=said)
    assert "dead 2" in said.getvalue()
    assert f"{first.id}\ttest.note\tdead" in said.getvalue()
    call_command("jobs", "retry", str(first.id))
    call_command("jobs", "give-up", str(second.id))
    assert list_jobs(state="dead", page=1).counts["ready"] == 1
    with pytest.raises(CommandError, match="不在失败列表"):
        call_command("jobs", "retry", str(second.id))
