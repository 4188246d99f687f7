"""Routes of the cases room."""

from __future__ import annotations

from django.urls import path

from denghuo.cases.pages import (
    about,
    apply,
    assist,
    citizen_acts,
    citizen_cases,
    citizen_notices,
    citizen_services,
    claims,
    desk,
    desk_file,
    desk_staff,
)

urlpatterns = [
    path("services/", citizen_services.services, name="cases_services"),
    path("services/<slug:item>/", citizen_services.service, name="cases_service"),
    path("services/<slug:item>/start/", apply.start, name="cases_apply_start"),
    path("services/<slug:item>/apply/", apply.resume, name="cases_apply"),
    path("services/<slug:item>/apply/known/", apply.known, name="cases_apply_known"),
    path("services/<slug:item>/apply/check/", apply.check, name="cases_apply_check"),
    path("services/<slug:item>/apply/read/", assist.read_back, name="cases_apply_read"),
    path("services/<slug:item>/apply/drop/", apply.drop, name="cases_apply_drop"),
    path("services/<slug:item>/apply/<slug:name>/", apply.field, name="cases_apply_field"),
    path("me/cases/", citizen_cases.mine, name="cases_mine"),
    path("me/cases/<slug:number>/", citizen_cases.case, name="cases_case"),
    path("me/cases/<slug:number>/receipt/", citizen_cases.receipt, name="cases_receipt"),
    path("me/cases/<slug:number>/slip/", assist.slip, name="cases_slip"),
    path("me/cases/<slug:number>/correct/", citizen_acts.correct, name="cases_correct"),
    path("me/cases/<slug:number>/account/", citizen_acts.account, name="cases_account"),
    path("me/cases/<slug:number>/withdraw/", citizen_acts.take_back, name="cases_withdraw"),
    path("me/cases/<slug:number>/appeal/", citizen_acts.object_to, name="cases_appeal"),
    path("me/cases/<slug:number>/rate/", citizen_acts.rate_case, name="cases_rate"),
    path("me/documents/", citizen_cases.documents, name="cases_documents"),
    path("notices/", citizen_notices.notices, name="cases_notices"),
    path("notices/<uuid:notice_id>/", citizen_notices.notice, name="cases_notice"),
    path(
        "notices/<uuid:notice_id>/<uuid:case_id>/object/",
        citizen_notices.object_to_line,
        name="cases_notice_object",
    ),
    path("desk/claims/", claims.claim_list, name="cases_claims"),
    path("desk/claims/<slug:number>/", claims.claim, name="cases_claim"),
    path("desk/claims/<slug:number>/give-back/", claims.give_back, name="cases_claim_give_back"),
    path("desk/cases/", desk.queue, name="cases_desk"),
    path("desk/cases/export.csv", desk.export, name="cases_desk_export"),
    path("desk/cases/many/", desk.many, name="cases_desk_many"),
    path("desk/cases/load/", desk.load, name="cases_desk_load"),
    path("desk/cases/staff/", desk_staff.show, name="cases_desk_staff"),
    path("desk/cases/staff/<uuid:staff_id>/", desk_staff.give_items, name="cases_desk_duties"),
    path("desk/cases/recusals/<uuid:recusal_id>/", desk_staff.end, name="cases_desk_recusal"),
    path("desk/cases/reminders/<uuid:reminder_id>/", desk_staff.seen, name="cases_desk_seen"),
    # The name the books look for when a voucher is about a case.
    path("desk/cases/about/<uuid:case_id>/", about.about_case, name="about_cases_case"),
    path("desk/cases/<slug:number>/", desk_file.show, name="cases_desk_file"),
    path("desk/cases/<slug:number>/<slug:deed>/", desk_file.act, name="cases_desk_act"),
]
