"""Routes of the policy room."""

from django.urls import path

from denghuo.policy.pages import library

urlpatterns = [
    path("policies/", library.policies, name="policy_library"),
    path("policies/<slug:policy_id>/", library.policy_page, name="policy_page"),
    path("policies/<slug:policy_id>/text/", library.policy_text, name="policy_text"),
]
