"""Jobs of the employment room: thin, load and call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID

from django.utils import timezone

from denghuo.employment.actions.applications import SETTLE, lapse_offers, settle_applications
from denghuo.employment.actions.coder_training import train_if_news
from denghuo.employment.actions.deliveries import (
    APPLY_DELIVERY,
    CHECK_DELIVERY,
    LOOK_AT_DELIVERY,
    fail_delivery,
)
from denghuo.employment.actions.delivery_applying import apply_delivery
from denghuo.employment.actions.delivery_care import (
    GIVEN_UP,
    fail_lost_deliveries,
    forget_old_files,
)
from denghuo.employment.actions.delivery_reading import check_delivery, look_at_delivery
from denghuo.employment.actions.indexing import INDEX_POSTS, index_posts
from denghuo.employment.actions.match_digest import tell_new_matches
from denghuo.employment.actions.posts import expire_posts
from denghuo.employment.actions.reading_asked import READ_ASKED, read_asked_of
from denghuo.employment.actions.scenarios import WORK_OUT, work_out_scenario
from denghuo.employment.actions.searches import tell_searches
from denghuo.employment.actions.usual_pay import count_usual_pay
from denghuo.kernel.refusal import RefusalError
from denghuo.platform.public import LeaseLostError, RunningJob, job, scheduled


@job(SETTLE, atomic=False)
def settle_applications_job(running: RunningJob) -> None:
    """Those who still wait for a post that is filled or closed are told."""
    for post_id in running.payload["posts"]:
        settle_applications(int(post_id), now=timezone.now())


@scheduled("employment.lapse_offers", every=timedelta(hours=1), atomic=False)
def lapse_offers_job(_running: RunningJob) -> None:
    """Offers nobody answered in time end, and their places are free again."""
    lapse_offers(now=timezone.now())


_ATTEMPTS_MAX = 5
_LEASE = timedelta(minutes=10)


def _guarded(running: RunningJob, work: Callable[[UUID], None]) -> None:
    """A refusal is the delivery's answer; anything else is tried again, and at last said."""
    delivery_id = UUID(running.payload["delivery"])
    try:
        work(delivery_id)
    except LeaseLostError:
        raise  # whoever took it over goes on
    except RefusalError as refused:
        fail_delivery(delivery_id, refused.sentence)
    except Exception:
        if running.attempt >= _ATTEMPTS_MAX:
            fail_delivery(delivery_id, GIVEN_UP)
        raise


@job(LOOK_AT_DELIVERY, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def look_at_delivery_job(running: RunningJob) -> None:
    """Find the headings of a list of posts."""
    attempt = running.payload["attempt"]
    _guarded(running, lambda one: look_at_delivery(one, attempt=attempt))


@job(CHECK_DELIVERY, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def check_delivery_job(running: RunningJob) -> None:
    """Check every row of a list of posts."""
    attempt = running.payload["attempt"]
    _guarded(
        running,
        lambda one: check_delivery(
            one, attempt=attempt, progress=running.progress, now=timezone.now()
        ),
    )


@job(APPLY_DELIVERY, max_attempts=_ATTEMPTS_MAX, lease=_LEASE, atomic=False)
def apply_delivery_job(running: RunningJob) -> None:
    """Take in what was confirmed."""
    _guarded(
        running, lambda one: apply_delivery(one, progress=running.progress, clock=timezone.now)
    )


@scheduled("employment.fail_lost_deliveries", every=timedelta(minutes=10), atomic=False)
def fail_lost_deliveries_job(_running: RunningJob) -> None:
    """A delivery whose worker died for good says so to whoever waits."""
    fail_lost_deliveries()


@scheduled("employment.forget_old_files", daily_at=time(3, 55), atomic=False)
def forget_old_files_job(_running: RunningJob) -> None:
    """Lists of posts are not kept for ever."""
    forget_old_files(now=timezone.now())


@scheduled("employment.expire_posts", daily_at=time(0, 5), atomic=False)
def expire_posts_job(_running: RunningJob) -> None:
    """Posts whose last day was yesterday."""
    expire_posts(now=timezone.now())


@scheduled("employment.count_usual_pay", daily_at=time(3, 20), atomic=False)
def count_usual_pay_job(_running: RunningJob) -> None:
    """What posts are compared with that promise much."""
    count_usual_pay(now=timezone.now())


@scheduled("employment.train_coder", daily_at=time(2, 40), atomic=False)
def train_coder_job(_running: RunningJob) -> None:
    """What staff decided since yesterday is learnt."""
    train_if_news()


@job(READ_ASKED, atomic=False)
def read_asked_job(running: RunningJob) -> None:
    """What changed posts ask for is read once, for every process."""
    read_asked_of([int(one) for one in running.payload["posts"]], now=timezone.now())


@scheduled("employment.tell_new_matches", daily_at=time(9, 30), atomic=False)
def tell_new_matches_job(_running: RunningJob) -> None:
    """In the morning, never at night, one word a day."""
    tell_new_matches(now=timezone.now())


@job(INDEX_POSTS)
def index_posts_job(running: RunningJob) -> None:
    """The search reads changed posts anew."""
    index_posts([int(one) for one in running.payload["posts"]])


@scheduled("employment.tell_searches", daily_at=time(8, 10), atomic=False)
def tell_searches_job(_running: RunningJob) -> None:
    """New posts of kept searches, one message a person."""
    tell_searches(now=timezone.now())


@job(WORK_OUT, atomic=False)
def work_out_scenario_job(running: RunningJob) -> None:
    """What would come of giving places out, in three ways."""
    work_out_scenario(UUID(running.payload["scenario"]), now=timezone.now())
