"""Jobs of the employment room: thin, load and call."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from denghuo.employment.actions.applications import SETTLE, lapse_offers, settle_applications
from denghuo.platform.public import RunningJob, job, scheduled


@job(SETTLE, atomic=False)
def settle_applications_job(running: RunningJob) -> None:
    """Those who still wait for a post that is filled or closed are told."""
    for post_id in running.payload["posts"]:
        settle_applications(int(post_id), now=timezone.now())


@scheduled("employment.lapse_offers", every=timedelta(hours=1), atomic=False)
def lapse_offers_job(_running: RunningJob) -> None:
    """Offers nobody answered in time end, and their places are free again."""
    lapse_offers(now=timezone.now())
