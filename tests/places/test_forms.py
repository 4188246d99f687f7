"""The facility form reads what it wrote, by the rules of the list."""

from __future__ import annotations

from collections.abc import Callable

from denghuo.places.forms import FacilityForm
from denghuo.places.models import Facility
from denghuo.places.queries.facilities import facility
from tests.places.conftest import MakeRow


def test_a_form_sent_back_untouched_changes_nothing(
    seeded: Callable[..., None], make_row: MakeRow
) -> None:
    seeded(make_row("1"))
    view = facility(Facility.objects.get().pk)
    form = FacilityForm({**FacilityForm.of(view).initial})
    assert form.is_valid(), form.errors
    edit = form.edit()
    assert (edit.hours, edit.services) == (view.hours, view.services)
    assert (edit.name, edit.phone, edit.review_on) == (view.name, view.phone, view.review_on)


def test_empty_fields_that_must_not_be_empty_are_named() -> None:
    form = FacilityForm({})
    assert set(form.errors) == {"name", "owner", "review_on"}
