"""Facts of many firms: skewed sizes, premiums that follow heads and wages, layoffs with a tail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from denghuo.policy.public import FactRegistry
from denghuo.project.demo.columns import Array, Column, ColumnMaker, Flags, day_number
from denghuo.project.demo.employers import LAST_SEASON_ENDS_ON
from denghuo.project.demo.spread import INJURY_AREAS, Spread

KIND_SHARES = {
    "enterprise": 0.72, "household": 0.16, "cooperative": 0.055, "service_org": 0.025,
    "association": 0.015, "law_office": 0.005, "accounting_office": 0.005,
    "public_institution": 0.015,
}  # fmt: skip
# Section of GB/T 4754, share, class of work-injury risk, yuan of a usual month's wage.
INDUSTRIES = (
    ("A", 0.07, 3, 3_900), ("B", 0.02, 7, 8_600), ("C", 0.13, 4, 6_200), ("D", 0.02, 2, 7_900),
    ("E", 0.08, 6, 5_400), ("F", 0.28, 2, 4_300), ("G", 0.08, 5, 5_600), ("H", 0.07, 2, 3_800),
    ("I", 0.04, 1, 7_000), ("J", 0.01, 1, 9_200), ("K", 0.03, 2, 5_000), ("L", 0.07, 1, 5_100),
    ("M", 0.04, 1, 6_600), ("N", 0.01, 3, 4_400), ("O", 0.04, 2, 3_700), ("P", 0.005, 1, 6_100),
    ("Q", 0.005, 1, 6_500),
)  # fmt: skip
# Ten-thousandths, by class of risk: 人社部发〔2015〕71号, the national base rates.
BASE_RATES = np.array([0, 20, 40, 70, 90, 110, 130, 160, 190])
MINIMUM_WAGE_FEN = 198_000  # as in the worked cases of the trainee subsidy
_MICRO_HEADS, _SMALL_HEADS, _MEDIUM_HEADS = 10, 100, 400
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class FirmBlock:
    """A block of firms: where they stand, what they are, and the columns of their facts."""

    townships: Array
    industries: Array
    kinds: tuple[str, ...]
    sizes: Array
    heads: Array
    months_old: Array
    columns: dict[str, Column]


def make_firms(
    registry: FactRegistry, spread: Spread, draw: np.random.Generator, rows: int, *, today: date
) -> FirmBlock:
    """So many firms, the same for the same state of ``draw``."""
    make = ColumnMaker(registry, draw, rows)
    townships = spread.draw(draw, rows)
    shares = [share for _, share, _, _ in INDUSTRIES]
    industries = make.choose(list(range(len(INDUSTRIES))), shares)
    kinds = make.put("firm_kind", make.words("firm_kind", KIND_SHARES))
    small_kind = kinds == make.place("firm_kind", "household")
    heads = np.exp(draw.normal(1.9, 1.5, rows)).astype(np.int64) + 1
    heads = np.clip(np.where(small_kind, 1 + heads % 8, heads), 1, 60_000)
    months_old = np.minimum(draw.exponential(70, rows).astype(np.int64) + 1, 480)
    sizes = _sizes(make, heads)
    as_unit = make.put_bool("insured_as_unit", np.where(small_kind, 0.35, 0.985))
    average = _wages(make, industries, heads, as_unit)
    _rates(make, industries, spread.leagues[townships], spread.league_codes)
    _season(make, average, heads, months_old)
    _loans(make, heads, months_old, today)
    _trainees(make, heads)
    _pool(make)
    words = list(registry["firm_kind"].values)
    return FirmBlock(
        townships=townships,
        industries=industries,
        kinds=tuple(words[place] for place in kinds.tolist()),
        sizes=sizes,
        heads=heads,
        months_old=months_old,
        columns=make.columns,
    )


def _sizes(make: ColumnMaker, heads: Array) -> Array:
    """By heads, as most trades are classed; one firm in 25 is classed by its turnover instead."""
    order = list(make.registry["size_class"].values)
    ladder = np.array([order.index(word) for word in ("micro", "small", "medium", "large")])
    step = np.searchsorted([_MICRO_HEADS, _SMALL_HEADS, _MEDIUM_HEADS], heads, side="right")
    step = np.clip(step + make.choose([-1, 0, 1], [0.02, 0.96, 0.02]), 0, 3)
    return make.put("size_class", ladder[step])


def _wages(make: ColumnMaker, industries: Array, heads: Array, as_unit: Flags) -> Array:
    """Staff, wages, premiums. Returns the monthly average of insured staff in hundredths."""
    rows, draw = make.rows, make.draw
    make.put("staff_count", heads)
    insured_share = np.clip(draw.beta(8, 1.6, rows), 0.05, 1.0)
    average = make.put("insured_average", np.maximum(100, heads * insured_share * 100))
    usual = np.array([wage for *_, wage in INDUSTRIES])[industries]
    wage_fen = (usual * np.exp(draw.normal(0, 0.22, rows)) * 100).astype(np.int64)
    base = average * wage_fen // 100
    make.put("unemployment_wage_base", base)
    make.put("injury_wage_base", base * (1 + 0.03 * draw.random(rows)))
    make.put_bool("pays_unemployment_insurance", 0.96, as_unit)
    make.put_bool("pays_injury_insurance", 0.975, as_unit)
    # One per cent of wages, employer and employee together, less what was not paid in time.
    paid = np.where(draw.random(rows) < 0.93, 1.0, draw.random(rows))
    make.put("unemployment_premium_paid", base * _MONTHS * 0.01 * paid)
    return average


def _rates(
    make: ColumnMaker, industries: Array, leagues: Array, league_codes: tuple[str, ...]
) -> None:
    """What depends on the trade's risk and on the league."""
    order = list(make.registry["injury_area"].values)
    areas = np.array([order.index(INJURY_AREAS[code]) for code in league_codes])
    make.put("injury_area", areas[leagues])
    risk = np.array([risk for _, _, risk, _ in INDUSTRIES])[industries]
    risk = make.put("injury_risk_class", np.clip(risk + make.choose([-1, 0, 1], [1, 8, 1]), 1, 8))
    make.put("injury_rate", BASE_RATES[risk])
    # One fund per league, not per block: the figure must not depend on who else is drawn.
    make.put(
        "pool_reserve_months", np.array([8 + int(code) % 19 for code in league_codes])[leagues]
    )


def _season(make: ColumnMaker, average: Array, heads: Array, months_old: Array) -> None:
    """The year the refund looks back on."""
    rows = make.rows
    late = make.choose([0, 1, 4, 16], [70, 14, 10, 6])
    make.put("unemployment_months_paid", np.maximum(0, months_old - late))
    last_year = make.chance(0.03)
    ends = np.where(
        last_year,
        day_number(LAST_SEASON_ENDS_ON.replace(year=LAST_SEASON_ENDS_ON.year - 1)),
        day_number(LAST_SEASON_ENDS_ON),
    )
    make.put("contribution_year_ends_on", ends)
    # Most firms lay nobody off; the few that do may lay off most.
    tail = (heads * np.minimum(1.0, 0.02 * (make.draw.pareto(1.3, rows) + 0.5))).astype(np.int64)
    laid_off = np.where(make.chance(0.28), np.maximum(1, tail), 0)
    make.put("laid_off_count", np.minimum(laid_off, average // 100 + 1))
    make.put_bool("dishonest", 0.012)
    make.put_bool("zombie", 0.001, months_old > 60)
    make.put_bool("wage_arrears", 0.015)
    make.put_bool("insurance_arrears", 0.03)
    make.put("eligible_hires_12m", make.draw.binomial(np.minimum(heads, 5_000), 0.06))


def _loans(make: ColumnMaker, heads: Array, months_old: Array, today: date) -> None:
    rows, draw = make.rows, make.draw
    wants = make.put_bool("firm_wants_loan", np.where(heads < _SMALL_HEADS, 0.09, 0.03))
    asked = (np.exp(draw.normal(13.4, 0.9, rows)) // 10_000 * 10_000 * 100).astype(np.int64)
    make.put("firm_loan_asked", np.maximum(asked, 5_000_000), wants)
    make.put("firm_loan_term_months", make.choose([12, 18, 24, 36], [30, 10, 52, 8]), wants)
    before = make.put("firm_loans_subsidised_before", make.choose([0, 1, 2, 3], [90, 7, 2, 1]))
    make.put_bool("firm_earlier_loans_on_time", 0.94, before > 0)
    has_loan = make.put_bool("firm_has_guaranteed_loan", 0.03, months_old > 12)
    make.put("firm_loan_contract_on", day_number(today) - draw.integers(20, 1_100, rows), has_loan)
    lpr = make.choose([300, 310, 335, 345], [40, 35, 15, 10])
    make.put("firm_loan_lpr", lpr, has_loan)
    make.put("firm_loan_rate", lpr + draw.integers(40, 190, rows), has_loan)
    interest = (np.exp(draw.normal(13.6, 0.8, rows))).astype(np.int64)
    make.put("firm_interest_countable", interest, has_loan)
    make.put("firm_interest_own_part", interest // 2, has_loan)
    make.put_bool("firm_loan_extended", 0.04, has_loan)
    make.put_bool("firm_interest_period_claimed", 0.3, has_loan)


def _trainees(make: ColumnMaker, heads: Array) -> None:
    rows, draw = make.rows, make.draw
    unit = make.put_bool("practice_unit", np.where(heads > 20, 0.05, 0.004))
    make.put("trainees_now", draw.poisson(np.minimum(12, 1 + heads / 40), rows), unit)
    make.put("trainee_months_longest", draw.integers(1, 28, rows), unit)
    pay = MINIMUM_WAGE_FEN + draw.integers(-3, 12, rows) * 10_000
    make.put("trainee_pay_lowest", pay, unit)
    make.put("minimum_wage", np.full(rows, MINIMUM_WAGE_FEN))
    finished = make.put("trainees_finished_12m", draw.poisson(3, rows), unit)
    make.put("trainees_kept_12m", draw.binomial(finished, 0.45), unit)


def _pool(make: ColumnMaker) -> None:
    """A handful of banks; everybody else has nothing to claim."""
    rows, draw = make.rows, make.draw
    bank = make.put_bool("pool_bank", 0.0005)
    make.put("pool_loan_overdue_days", draw.integers(1, 240, rows), bank)
    make.put("pool_loan_unpaid", draw.integers(20, 300, rows) * 100_000, bank)
    make.put("pool_bank_overdue_ratio", draw.integers(20, 700, rows), bank)
    make.put("pool_balance", np.full(rows, 10_000_000_000), bank)
