"""Routes of the measures room."""

from django.urls import path

from denghuo.measures.pages import dashboard, errands, measure, rows, snapshots, statistics

urlpatterns = [
    path("desk/measures/", dashboard.dashboard, name="measures"),
    path("desk/measures/errands/", errands.errands, name="measure_errands"),
    path("desk/measures/errands/rows/", errands.errand_rows_page, name="measure_errands_rows"),
    path("desk/measures/errands/export/", errands.errands_export, name="measure_errands_export"),
    path("desk/measures/published/", statistics.statistics, name="measure_statistics"),
    path("desk/measures/published/import/", statistics.import_new, name="statistic_import_new"),
    path(
        "desk/measures/published/template/", statistics.import_template, name="statistic_template"
    ),
    path(
        "desk/measures/published/import/<uuid:import_id>/",
        statistics.import_page,
        name="statistic_import",
    ),
    path(
        "desk/measures/published/import/<uuid:import_id>/apply/",
        statistics.import_apply,
        name="statistic_import_apply",
    ),
    path(
        "desk/measures/published/import/<uuid:import_id>/drop/",
        statistics.import_drop,
        name="statistic_import_drop",
    ),
    path(
        "desk/measures/frozen/<uuid:snapshot_id>/",
        snapshots.snapshot_page,
        name="measure_snapshot",
    ),
    path("desk/measures/of/<slug:measure_id>/", measure.measure_page, name="measure_page"),
    path("desk/measures/of/<slug:measure_id>/freeze/", measure.freeze, name="measure_freeze"),
    path("desk/measures/of/<slug:measure_id>/rows/", rows.measure_rows, name="measure_rows"),
    path("desk/measures/of/<slug:measure_id>/export/", rows.measure_export, name="measure_export"),
]
