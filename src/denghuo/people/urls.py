"""Routes of the people room."""

from __future__ import annotations

from django.conf import settings
from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from denghuo.people.pages import demo, keys, mandates, me, sign_in, staff_sign_in
from denghuo.people.pages.desk import assist, corrections, persons

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in.phone, name="people_sign_in"),
    path("sign-in/code/", sign_in.code, name="people_sign_in_code"),
    path("sign-in/again/", sign_in.again, name="people_sign_in_again"),
    path("sign-in/who/", sign_in.who, name="people_sign_in_who"),
    path("sign-in/which/", sign_in.which, name="people_sign_in_which"),
    path("sign-out/", sign_in.sign_out, name="people_sign_out"),
    path("me/", me.me, name="people_me"),
    path("me/correction/", me.correction, name="people_correction"),
    path("me/looks/", me.looks, name="people_looks"),
    path("me/looks.csv", me.looks_csv, name="people_looks_csv"),
    path("me/consents/", me.consents, name="people_consents"),
    path("me/texts/", me.texts, name="people_texts"),
    path("me/consents/<slug:purpose>/", me.consent, name="people_consent"),
    path("me/keys/", keys.mine, name="people_keys"),
    path("me/keys/<uuid:key_id>/revoke/", keys.revoke_mine, name="people_key_revoke"),
    path("me/mandates/", mandates.mandates, name="people_mandates"),
    path("me/mandates/give/", mandates.give, name="people_mandate_give"),
    path("me/mandates/give/code/", mandates.give_code, name="people_mandate_code"),
    path("me/mandates/<uuid:mandate_id>/withdraw/", mandates.withdraw, name="people_withdraw"),
    path("me/mandates/<uuid:mandate_id>/answer/", mandates.answer, name="people_answer_offer"),
    path("me/family/ask/", mandates.family_ask, name="people_family_ask"),
    path("me/family/<uuid:link_id>/answer/", mandates.family_answer, name="people_family_answer"),
    path(
        "me/family/<uuid:link_id>/withdraw/",
        mandates.family_withdraw,
        name="people_family_withdraw",
    ),
    path("me/act-for/", mandates.act_for, name="people_act_for"),
    path("desk/sign-in/", staff_sign_in.first_factor, name="people_staff_sign_in"),
    path("desk/sign-in/code/", staff_sign_in.second_factor, name="people_staff_second"),
    path("desk/sign-in/bind/", staff_sign_in.bind, name="people_staff_bind"),
    path("desk/sign-in/bind.svg", staff_sign_in.bind_qr, name="people_staff_bind_qr"),
    path("desk/account/", staff_sign_in.account, name="people_desk_account"),
    path("desk/account/password/", staff_sign_in.password, name="people_staff_password"),
    path("desk/account/keys/", keys.of_staff, name="people_desk_keys"),
    path(
        "desk/account/keys/<uuid:key_id>/revoke/",
        keys.revoke_of_staff,
        name="people_desk_key_revoke",
    ),
    path("desk/people/", persons.find, name="people_desk_find"),
    path("desk/people/register/", persons.register, name="people_desk_register"),
    path("desk/people/claims/<uuid:claim_id>/", persons.claim, name="people_desk_claim"),
    path("desk/people/corrections/", corrections.corrections, name="people_desk_corrections"),
    path(
        "desk/people/corrections/<uuid:request_id>/",
        corrections.correction,
        name="people_desk_correction",
    ),
    path("desk/people/stop/", assist.stop, name="people_desk_stop"),
    path("desk/people/act/<uuid:mandate_id>/", assist.act, name="people_desk_act"),
    path("desk/people/end/<uuid:mandate_id>/", assist.end, name="people_desk_end"),
    path("desk/people/<uuid:person_id>/", persons.person, name="people_desk_person"),
    path("desk/people/<uuid:person_id>/assist/", assist.ask, name="people_desk_assist"),
    path(
        "desk/people/<uuid:person_id>/assist/paper/", assist.paper, name="people_desk_assist_paper"
    ),
    path(
        "desk/people/<uuid:person_id>/assist/paper/read/",
        assist.paper_read,
        name="people_desk_assist_read",
    ),
    path(
        "desk/people/<uuid:person_id>/slip/<uuid:mandate_id>/",
        assist.slip,
        name="people_desk_slip",
    ),
    path("desk/people/<uuid:person_id>/assist/code/", assist.code, name="people_desk_assist_code"),
]

# Outside the demo region these addresses are not routed at all: there is nothing to guess.
demo_urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/", demo.chooser, name="people_demo"),
    path("demo/step-in/<slug:key>/", demo.step_in, name="people_step_in"),
    path("demo/sms/", demo.sms_box, name="people_demo_sms"),
]
if settings.DEMO:
    urlpatterns += demo_urlpatterns
