"""The items shipped: each whole, tied to a rule that fits, every figure with its basis."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml
from pydantic import ValidationError

from denghuo.cases.logic.items import Basis, ServiceItem, load_item
from denghuo.cases.queries.items import ItemNotFoundError, items, listed_items, service_item
from denghuo.policy.public import library

pytestmark = [pytest.mark.no_postgres, pytest.mark.django_db]
EACH = pytest.mark.parametrize("item", list(items().values()), ids=list(items()))


def bases(item: ServiceItem) -> list[Basis]:
    found = [
        item.legal_basis,
        item.sla.basis,
        item.extension.basis,
        item.notice.basis,
        item.level_basis,
        item.old_way.basis,
    ]
    return found + ([item.third_sign.basis] if item.third_sign else [])


def test_the_benefits_of_the_plan_and_the_claims_are_there() -> None:
    assert set(items()) >= {
        "skill-up-subsidy", "stable-jobs-refund", "startup-grant", "startup-rent",
        "claw-back-person", "claw-back-firm",
    }  # fmt: skip
    assert {item.code for item in listed_items()} & {"claw-back-person"} == set()
    with pytest.raises(ItemNotFoundError):
        service_item("nothing")


def test_codes_are_file_names_and_prefixes_are_ones_own() -> None:
    folder = files("denghuo.cases") / "items"
    names = {one.name.removesuffix(".yaml") for one in folder.iterdir()}
    assert names == set(items())
    prefixes = [item.prefix for item in items().values()]
    assert len(set(prefixes)) == len(prefixes)


@EACH
def test_an_item_is_asked_of_whom_its_rule_is_about(item: ServiceItem) -> None:
    if not item.policy:
        assert item.mode == "report"
        return
    rule = library()[item.policy]
    assert rule.audience == item.who
    assert rule.once_per == item.once_per
    assert (rule.delivery == "auto") == (item.mode == "no_apply")
    assert item.pays


@EACH
def test_every_figure_says_where_it_comes_from_and_what_is_assumed_says_why(
    item: ServiceItem,
) -> None:
    for basis in bases(item):
        assert basis.text
        assert basis.status == "verified" or basis.note, basis
    assert item.sla.days > 0
    assert item.keep_years > 0


def test_a_file_with_a_slip_is_refused() -> None:
    text = (files("denghuo.cases") / "items" / "skill-up-subsidy.yaml").read_text("utf-8")
    good = yaml.safe_load(text)
    assert load_item(good).code == "skill-up-subsidy"
    slips: list[dict[str, object]] = [
        {"prefix": "jn"},
        {"who": "pair"},
        {"sla": {"working_days": -1, "basis": good["sla"]["basis"]}},
        {"unheard_of": 1},
        {"fund": "Fund!"},
        {"mode": "no_apply", "policy": ""},
    ]
    for slip in slips:
        with pytest.raises(ValidationError):
            load_item({**good, **slip})
