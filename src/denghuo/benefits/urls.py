"""Routes of the benefits room."""

from django.urls import path

from denghuo.benefits.pages import import_lists, imports

urlpatterns = [
    path("desk/facts/", imports.fact_files, name="fact_files"),
    path("desk/facts/<uuid:import_id>/", imports.fact_file, name="fact_file"),
    path("desk/facts/<uuid:import_id>/headings/", imports.choose, name="fact_file_headings"),
    path("desk/facts/<uuid:import_id>/columns/", imports.map_columns, name="fact_file_columns"),
    path("desk/facts/<uuid:import_id>/confirm/", imports.confirm, name="fact_file_confirm"),
    path("desk/facts/<uuid:import_id>/drop/", imports.drop, name="fact_file_drop"),
    path("desk/facts/<uuid:import_id>/again/", imports.again, name="fact_file_again"),
    path("desk/facts/<uuid:import_id>/take-back/", imports.undo, name="fact_file_take_back"),
    path("desk/facts/<uuid:import_id>/errors/", import_lists.errors, name="fact_file_errors"),
    path(
        "desk/facts/<uuid:import_id>/unregistered/",
        import_lists.unregistered,
        name="fact_file_unregistered",
    ),
]
