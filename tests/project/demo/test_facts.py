"""Every registered fact has its column, with the shapes and the gaps that offices' data have."""

from __future__ import annotations

import numpy as np
import pytest

from denghuo.policy.public import Ask, FactKind, read_value, registry
from denghuo.project.demo.columns import strict_form, to_arrow, told
from denghuo.project.demo.firm_facts import FirmBlock, make_firms
from denghuo.project.demo.person_facts import draw_ages, make_person_facts
from denghuo.project.demo.spread import Spread
from tests.project.demo.conftest import SEED, TODAY

ROWS = 20_000
# Facts that every firm has, whatever it asks for.
EVERY_FIRM = (
    "firm_kind", "size_class", "staff_count", "insured_average", "laid_off_count",
    "unemployment_premium_paid", "contribution_year_ends_on", "injury_area", "firm_wants_loan",
)  # fmt: skip


@pytest.fixture
def firms(spread: Spread, db: None) -> FirmBlock:
    return make_firms(registry(), spread, np.random.default_rng(SEED), ROWS, today=TODAY)


def test_every_fact_of_a_firm_has_a_column(firms: FirmBlock) -> None:
    registered = {name for name, spec in registry().items() if spec.subject == "firm"}
    assert set(firms.columns) == registered


@pytest.mark.django_db
def test_every_fact_of_a_person_has_a_column() -> None:
    draw = np.random.default_rng(SEED)
    columns = make_person_facts(registry(), draw, draw_ages(draw, ROWS), today=TODAY)
    registered = {name for name, spec in registry().items() if spec.subject == "person"}
    assert set(columns) == registered
    for name, column in columns.items():
        assert column.known.any(), name


def test_the_same_state_of_chance_gives_the_same_columns(spread: Spread, firms: FirmBlock) -> None:
    again = make_firms(registry(), spread, np.random.default_rng(SEED), ROWS, today=TODAY)
    for name, column in firms.columns.items():
        assert (column.values == again.columns[name].values).all()
        assert (column.known == again.columns[name].known).all()


def test_every_value_is_readable_and_within_bounds(firms: FirmBlock) -> None:
    for name, column in firms.columns.items():
        spec = registry()[name]
        for row in np.flatnonzero(column.known)[:200]:
            reading = read_value(spec, strict_form(spec, column.values[row]))
            assert reading.value is not None, (name, column.values[row])


@pytest.mark.parametrize("name", EVERY_FIRM)
def test_offices_do_not_know_everything(firms: FirmBlock, name: str) -> None:
    assert 0.002 < 1 - firms.columns[name].known.mean() < 0.13


def test_sizes_are_skewed_and_premiums_follow_heads(firms: FirmBlock) -> None:
    sizes = list(registry()["size_class"].values)
    counts = [int((firms.sizes == sizes.index(word)).sum()) for word in ("micro", "small", "large")]
    assert counts[0] > counts[1] > counts[2] > 0
    premium = firms.columns["unemployment_premium_paid"].values
    paid = premium > 0
    together = np.corrcoef(np.log(firms.heads[paid]), np.log(premium[paid]))[0, 1]
    assert together > 0.8


def test_layoffs_have_a_heavy_tail(firms: FirmBlock) -> None:
    laid_off = firms.columns["laid_off_count"].values
    assert 0.6 < (laid_off == 0).mean() < 0.8
    some = laid_off[laid_off > 0]
    assert some.max() > 40 * np.median(some)


def test_what_depends_on_a_loan_is_known_of_borrowers_only(firms: FirmBlock) -> None:
    has_loan = firms.columns["firm_has_guaranteed_loan"].values.astype(bool)
    assert not firms.columns["firm_loan_rate"].known[~has_loan].any()
    assert firms.columns["firm_loan_rate"].known[has_loan].mean() > 0.8


def test_lists_that_name_every_case_always_speak(firms: FirmBlock) -> None:
    """On record, a closed list says "nothing" where it says nothing; others are left out."""
    for row in range(50):
        names = {spec.name for spec, _ in told(registry(), firms.columns, row)}
        closed = {
            spec.name
            for spec in registry().values()
            if spec.subject == "firm" and spec.world == "closed"
        }
        assert closed <= names


def test_arrow_holds_what_the_records_say(firms: FirmBlock) -> None:
    for name, column in firms.columns.items():
        spec = registry()[name]
        array = to_arrow(spec, column)
        for row in range(60):
            value = array[row].as_py()
            if not column.known[row]:
                assert value is None
                continue
            form = strict_form(spec, column.values[row])
            shown = value.isoformat() if spec.kind is FactKind.DATE else value
            assert (str(shown) if spec.kind is FactKind.DECIMAL else shown) == form


def test_what_people_must_tell_is_less_known_than_what_offices_hold(firms: FirmBlock) -> None:
    asked = firms.columns["firm_wants_loan"]
    assert registry()["firm_wants_loan"].ask is Ask.CHEAP
    assert (~asked.known).mean() > (~firms.columns["dishonest"].known).mean()
