"""Routes of the policy room."""

from django.urls import path

from denghuo.policy.pages import (
    desk_comparisons,
    desk_simulations,
    desk_sweep_rows,
    desk_sweeps,
    desk_texts,
    library,
)

urlpatterns = [
    path("policies/", library.policies, name="policy_library"),
    path("policies/<slug:policy_id>/", library.policy_page, name="policy_page"),
    path("policies/<slug:policy_id>/text/", library.policy_text, name="policy_text"),
    path("desk/policies/", desk_texts.desk, name="policy_desk"),
    path("desk/policies/<slug:policy_id>/write/", desk_texts.write, name="policy_desk_write"),
    path("desk/texts/<uuid:text_id>/", desk_texts.show, name="policy_desk_text"),
    path("desk/texts/<uuid:text_id>/edit/", desk_texts.edit, name="policy_desk_edit"),
    path("desk/texts/<uuid:text_id>/<slug:step>/", desk_texts.move, name="policy_desk_move"),
    path("desk/sweeps/", desk_sweeps.sweeps, name="policy_sweeps"),
    path("desk/sweeps/<uuid:run_id>/", desk_sweeps.sweep_run, name="policy_sweep"),
    path("desk/sweeps/<uuid:run_id>/stop/", desk_sweeps.stop, name="policy_sweep_stop"),
    path("desk/sweeps/<uuid:run_id>/rows/", desk_sweep_rows.sweep_rows, name="policy_sweep_rows"),
    path("desk/sweeps/<uuid:run_id>/row/", desk_sweep_rows.sweep_row, name="policy_sweep_row"),
    path("desk/sweeps/<uuid:run_id>/export/", desk_sweep_rows.export, name="policy_sweep_export"),
    path(
        "desk/sweeps/<uuid:run_id>/bad-rows/",
        desk_sweep_rows.bad_rows,
        name="policy_sweep_bad_rows",
    ),
    path("desk/simulations/", desk_simulations.simulations, name="policy_simulations"),
    path(
        "desk/simulations/<slug:policy_id>/try/", desk_simulations.simulate, name="policy_simulate"
    ),
    path("desk/look-backs/", desk_comparisons.look_backs, name="policy_look_backs"),
    path("desk/comparisons/<uuid:run_id>/", desk_comparisons.comparison, name="policy_comparison"),
    path(
        "desk/comparisons/<uuid:run_id>/rows/",
        desk_comparisons.comparison_rows,
        name="policy_comparison_rows",
    ),
    path(
        "desk/comparisons/<uuid:run_id>/export/",
        desk_comparisons.comparison_export,
        name="policy_comparison_export",
    ),
]
