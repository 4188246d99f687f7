"""Routes of the shell."""

from __future__ import annotations

from django.urls import path

from denghuo.web.pages import (
    benefit_disputes,
    benefit_questions,
    benefits,
    design,
    desk_disputes,
    desk_look_back,
    home,
    preferences,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("benefits/", benefits.benefits, name="benefits"),
    path("benefits/check/", benefits.start_check, name="benefit_check"),
    path("benefits/end/", benefits.end_check, name="benefit_end"),
    path("benefits/keep/", benefits.keep_answers, name="benefit_keep"),
    path("benefits/questions/", benefit_questions.questions, name="benefit_questions"),
    path("benefits/disputes/", benefit_disputes.disputes, name="benefit_disputes"),
    path("benefits/facts/<slug:name>/dispute/", benefit_disputes.dispute, name="benefit_dispute"),
    path("benefits/<slug:policy_id>/", benefits.benefit, name="benefit"),
    path("desk/", home.desk, name="desk"),
    path("desk/disputes/", desk_disputes.disputes, name="web_desk_disputes"),
    path("desk/disputes/<uuid:dispute_id>/", desk_disputes.dispute, name="web_desk_dispute"),
    path("desk/look-back/", desk_look_back.look_back, name="web_desk_look_back"),
    path("design/", design.design, name="design"),
    path("design/progress/", design.progress, name="design_progress"),
    path("design/screen/", design.screen, name="design_screen"),
    path("manifest.webmanifest", home.manifest, name="web_manifest"),
    path("preferences/elder/", preferences.set_elder, name="web_set_elder"),
    path("preferences/theme/", preferences.set_theme, name="web_set_theme"),
    path("preferences/language/", preferences.set_language, name="web_set_language"),
]
