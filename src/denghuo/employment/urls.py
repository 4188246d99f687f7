"""Routes of the employment room."""

from __future__ import annotations

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from denghuo.employment.pages import (
    applying,
    candidate,
    candidates,
    deliveries,
    desk_posts,
    firm_files,
    firm_posts,
    firm_write,
    jobs,
    resume,
    scenarios,
    searches,
    sources,
    wish,
    work,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # Looking for posts.
    path("jobs/", jobs.job_list, name="employment_jobs"),
    path("jobs/<int:post_id>/", jobs.job, name="employment_job"),
    path("jobs/<int:post_id>/report/", jobs.job_report, name="employment_job_report"),
    path("desk/posts/", desk_posts.posts, name="employment_desk_posts"),
    path("desk/posts/sources.csv", desk_posts.quality_csv, name="employment_quality_csv"),
    # Where they come from, and each list that was brought.
    path("desk/posts/sources/", sources.sources, name="employment_sources"),
    path("desk/posts/sources/new/", sources.source_new, name="employment_source_new"),
    path("desk/posts/sources/<uuid:source_id>/", sources.source, name="employment_source"),
    *(
        path(f"desk/posts/sources/<uuid:source_id>/{name}/", view, name=f"employment_source_{name}")
        for name, view in (
            ("change", sources.source_change),
            ("pause", sources.source_pause),
            ("resume", sources.source_resume),
        )
    ),
    path(
        "desk/posts/deliveries/<uuid:delivery_id>/",
        deliveries.delivery,
        name="employment_delivery",
    ),
    path(
        "desk/posts/deliveries/<uuid:delivery_id>/remarks.csv",
        deliveries.remarks_csv,
        name="employment_delivery_remarks",
    ),
    *(
        path(
            f"desk/posts/deliveries/<uuid:delivery_id>/{name}/",
            view,
            name=f"employment_delivery_{name}",
        )
        for name, view in (
            ("headings", deliveries.headings),
            ("columns", deliveries.columns),
            ("confirm", deliveries.confirm),
            ("drop", deliveries.drop),
            ("again", deliveries.again),
        )
    ),
    path("desk/posts/questions/<slug:kind>/", desk_posts.questions, name="employment_questions"),
    path(
        "desk/posts/questions/<slug:kind>/leave/",
        desk_posts.leave_many,
        name="employment_leave_many",
    ),
    path(
        "desk/posts/question/<uuid:question_id>/",
        desk_posts.question,
        name="employment_question",
    ),
    path("desk/posts/found.csv", jobs.found_csv, name="employment_found_csv"),
    # Places given out on paper.
    path("desk/work/scenarios/", scenarios.scenarios, name="employment_scenarios"),
    path("desk/work/scenarios/<uuid:scenario_id>/", scenarios.scenario, name="employment_scenario"),
    path(
        "desk/work/scenarios/<uuid:scenario_id>/<slug:way>.csv",
        scenarios.scenario_csv,
        name="employment_scenario_csv",
    ),
    path("me/work/searches/", searches.searches, name="employment_searches"),
    path("me/work/searches/new/", searches.search_new, name="employment_search_new"),
    path(
        "me/work/searches/<uuid:search_id>/",
        searches.search_change,
        name="employment_search_change",
    ),
    # What work somebody wants, and what there is for them today.
    path("me/work/", work.work, name="employment_work"),
    path("me/work/posts/<int:post_id>/", work.post, name="employment_work_post"),
    path("me/work/slip/", work.slip, name="employment_work_slip"),
    path("me/work/wish/check/", wish.check, name="employment_wish_check"),
    path("me/work/wish/pause/", wish.pause, name="employment_wish_pause"),
    path("me/work/wish/withdraw/", wish.withdraw, name="employment_wish_withdraw"),
    path("me/work/wish/which/<int:place>/", wish.which, name="employment_wish_which"),
    path("me/work/wish/<slug:step>/", wish.question, name="employment_wish"),
    path("me/work/consents/<slug:purpose>/", wish.consent, name="employment_work_consent"),
    path("me/work/resume/", resume.resume, name="employment_resume"),
    path("me/work/resume/remove/", resume.remove, name="employment_resume_remove"),
    path("me/work/resume/withdraw/", resume.withdraw, name="employment_resume_withdraw"),
    path("me/work/resume/add/<slug:kind>/", resume.entry, name="employment_resume_entry"),
    # The applicant's side.
    path("jobs/<int:post_id>/apply/", applying.apply_for, name="employment_apply"),
    path("me/work/applications/", applying.mine, name="employment_applications"),
    path(
        "me/work/applications/<uuid:application_id>/",
        applying.application,
        name="employment_application",
    ),
    path(
        "me/work/applications/<uuid:application_id>/end/",
        applying.end,
        name="employment_application_end",
    ),
    path(
        "me/work/applications/<uuid:application_id>/accept/",
        applying.take_offer,
        name="employment_take_offer",
    ),
    path(
        "me/work/applications/<uuid:application_id>/interview.ics",
        applying.calendar,
        name="employment_application_calendar",
    ),
    # A firm's own posts.
    path("firm/posts/", firm_posts.posts, name="employment_firm_posts"),
    path("firm/posts/posts.csv", firm_posts.posts_csv, name="employment_firm_posts_csv"),
    path("firm/posts/new/", firm_write.write, name="employment_firm_write"),
    path("firm/posts/<int:post_id>/", firm_posts.post, name="employment_firm_post"),
    path("firm/posts/<int:post_id>/change/", firm_write.change, name="employment_firm_change"),
    path("firm/posts/<int:post_id>/prolong/", firm_posts.prolong, name="employment_firm_prolong"),
    path("firm/posts/<int:post_id>/end/", firm_posts.end, name="employment_firm_end"),
    # The same by table.
    path("firm/posts/files/", firm_files.files, name="employment_firm_files"),
    path("firm/posts/files/<uuid:delivery_id>/", firm_files.file, name="employment_firm_file"),
    path(
        "firm/posts/files/<uuid:delivery_id>/remarks.csv",
        firm_files.remarks_csv,
        name="employment_firm_file_remarks",
    ),
    *(
        path(
            f"firm/posts/files/<uuid:delivery_id>/{name}/",
            view,
            name=f"employment_firm_file_{name}",
        )
        for name, view in (
            ("columns", firm_files.columns),
            ("publish", firm_files.publish),
            ("drop", firm_files.drop),
            ("again", firm_files.again),
        )
    ),
    # Who applied for them, and who could be asked.
    path(
        "firm/posts/<int:post_id>/candidates/", candidates.candidates, name="employment_candidates"
    ),
    path(
        "firm/posts/<int:post_id>/candidates.csv",
        candidates.candidates_csv,
        name="employment_candidates_csv",
    ),
    path(
        "firm/posts/<int:post_id>/candidates/refuse/",
        candidates.refuse_chosen,
        name="employment_refuse_chosen",
    ),
    path("firm/posts/<int:post_id>/possible/", candidates.possible, name="employment_possible"),
    path(
        "firm/posts/<int:post_id>/possible/<uuid:wish_id>/",
        candidates.ask,
        name="employment_ask_to_apply",
    ),
    path(
        "firm/posts/<int:post_id>/candidates/<uuid:application_id>/",
        candidate.candidate,
        name="employment_candidate",
    ),
    path(
        "firm/posts/<int:post_id>/candidates/<uuid:application_id>/look/",
        candidate.look,
        name="employment_look",
    ),
    *(
        path(
            f"firm/posts/<int:post_id>/candidates/<uuid:application_id>/{kind}/",
            candidate.deed,
            {"kind": kind},
            name=f"employment_{kind}",
        )
        for kind in ("invite", "offer", "refuse")
    ),
]
