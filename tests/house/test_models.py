"""What every table keeps to."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

pytestmark = pytest.mark.no_postgres

FLOORS = {
    "platform": 1,
    "people": 2,
    "places": 2,
    "policy": 2,
    "ledger": 2,
    "matching": 2,
    "search": 2,
    "cases": 3,
    "benefits": 4,
    "employment": 4,
    "measures": 6,
    "web": 7,
    "api": 7,
}


def our_models() -> list[type[models.Model]]:
    return [one for one in apps.get_models() if one.__module__.startswith("denghuo.")]


def test_foreign_keys_point_downward_and_hide_their_way_back() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField):
                continue
            own, other = model._meta.app_label, field.related_model._meta.app_label
            inside = own == other
            if not inside and FLOORS.get(other, 0) >= FLOORS[own]:
                wrong.append(f"{model.__name__}.{field.name} points at {other}")
            if field.remote_field.related_name != "+":
                wrong.append(f'{model.__name__}.{field.name} needs related_name="+"')
    assert wrong == []


def test_money_is_integer_fen_and_never_a_float() -> None:
    floats = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
        and any(word in field.name for word in ("fen", "amount", "price", "pay", "money"))
    ]
    assert floats == []


def _unique_sets(model: type[models.Model]) -> list[set[str]]:
    alone = [{one.name} for one in model._meta.fields if one.unique]
    together = [
        set(one.fields)
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint) and one.condition is None
    ]
    return alone + together


def test_a_default_order_is_total() -> None:
    """Rows of one instant must not change places between two pages or two engines."""
    loose = []
    for model in our_models():
        fields = {str(one).lstrip("-") for one in model._meta.ordering or ()}
        if fields and not any(one <= fields for one in _unique_sets(model)):
            loose.append(f"{model.__name__}: {model._meta.ordering} leaves ties open")
    assert loose == []


def test_every_model_has_words_for_itself() -> None:
    silent = [
        model.__name__
        for model in our_models()
        if model.__str__ is models.Model.__str__ or not model.__doc__
    ]
    assert silent == []
