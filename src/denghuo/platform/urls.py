"""Routes of the platform: health for machines, the inbox, stored files, the operators' desk."""

from __future__ import annotations

from django.urls import path

from denghuo.platform.pages import files, health, inbox, jobs

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<uuid:message_id>/", inbox.inbox_message, name="inbox_message"),
    path("files/<uuid:file_id>/", files.stored_file, name="stored_file"),
    path("health/ready", health.ready, name="health_ready"),
    path("desk/jobs/", jobs.job_list, name="job_list"),
    path("desk/jobs/<int:job_id>/retry/", jobs.job_retry, name="job_retry"),
    path("desk/jobs/<int:job_id>/give-up/", jobs.job_give_up, name="job_give_up"),
]
