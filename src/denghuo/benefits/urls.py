"""Routes of the benefits room."""

from django.urls import path

from denghuo.benefits.pages import arrivals, import_lists, imports, season_lists, seasons

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
    path("desk/seasons/", seasons.season_list, name="benefits_seasons"),
    path("desk/seasons/accounts/", season_lists.known_accounts, name="benefits_accounts"),
    path("desk/seasons/<uuid:season_id>/", seasons.season, name="benefits_season"),
    path("desk/seasons/<uuid:season_id>/stop/", seasons.season_stop, name="benefits_season_stop"),
    path(
        "desk/seasons/<uuid:season_id>/sample/<int:place>/",
        seasons.season_sample,
        name="benefits_season_sample",
    ),
    path(
        "desk/seasons/<uuid:season_id>/unreached/",
        season_lists.season_unreached,
        name="benefits_season_unreached",
    ),
    path(
        "desk/seasons/<uuid:season_id>/differences/",
        season_lists.season_differences,
        name="benefits_season_differences",
    ),
    path(
        "desk/seasons/<uuid:season_id>/list.csv",
        season_lists.season_export,
        name="benefits_season_export",
    ),
    path(
        "desk/seasons/<uuid:season_id>/do/<slug:step>/",
        seasons.season_step,
        name="benefits_season_step",
    ),
    path("benefits/arrivals/", arrivals.arrivals, name="benefits_arrivals"),
    path(
        "benefits/arrivals/<slug:number>/confirm/",
        arrivals.confirm,
        name="benefits_arrival_confirm",
    ),
]
