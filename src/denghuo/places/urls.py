"""Routes of the places room."""

from __future__ import annotations

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from denghuo.places.pages import desk, divisions, near

urlpatterns: list[URLPattern | URLResolver] = [
    path("places/", near.find_near, name="places_near"),
    path("places/divisions/", divisions.division_list, name="division_list"),
    path("places/divisions/<str:code>/", divisions.division_page, name="division_page"),
    path("places/<uuid:facility_id>/", near.facility_page, name="facility_page"),
    path("desk/facilities/", desk.facility_list, name="desk_facilities"),
    path("desk/facilities/import/", desk.import_new, name="facility_import_new"),
    path("desk/facilities/import/template.csv", desk.import_template, name="facility_template"),
    path("desk/facilities/import/<uuid:import_id>/", desk.import_page, name="facility_import_page"),
    path(
        "desk/facilities/import/<uuid:import_id>/apply/",
        desk.import_apply,
        name="facility_import_apply",
    ),
    path(
        "desk/facilities/import/<uuid:import_id>/drop/",
        desk.import_drop,
        name="facility_import_drop",
    ),
    path("desk/facilities/<uuid:facility_id>/", desk.facility_edit, name="facility_edit"),
    path("desk/facilities/<uuid:facility_id>/close/", desk.facility_close, name="facility_close"),
]
