"""Routes of the platform: health for machines, the operators' desk."""

from __future__ import annotations

from django.urls import path

from denghuo.platform.pages import health, jobs

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("desk/jobs/", jobs.job_list, name="job_list"),
    path("desk/jobs/<int:job_id>/retry/", jobs.job_retry, name="job_retry"),
    path("desk/jobs/<int:job_id>/give-up/", jobs.job_give_up, name="job_give_up"),
]
