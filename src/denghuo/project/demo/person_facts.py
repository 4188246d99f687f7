"""Facts of many persons, by age: schooling, insurance, certificates, ventures, loans, wishes."""

from __future__ import annotations

from datetime import date

import numpy as np

from denghuo.policy.public import FactRegistry
from denghuo.project.demo.columns import Array, Column, ColumnMaker, Flags, day_number

ADULT_YEARS, WORKING_FROM, WORKING_UNTIL = 16, 18, 60
# Completed years, per cent of the people; the shape of the region's pyramid (census of 2020:
# 14.0 % under 15, 19.8 % from 60).
PYRAMID = (
    (0, 4.0), (5, 5.0), (10, 5.0), (15, 4.2), (20, 4.6), (25, 5.8), (30, 8.5), (35, 8.0),
    (40, 8.0), (45, 8.8), (50, 9.5), (55, 8.9), (60, 6.7), (65, 5.6), (70, 3.6), (75, 2.1),
    (80, 1.2), (85, 0.4), (90, 0.1),
)  # fmt: skip
_GROUPS = {
    "graduate": 9, "registered_unemployed": 7, "hard_to_employ": 4, "laid_off": 2, "disabled": 3,
    "veteran": 4, "returned_migrant": 6, "rural_founder": 5, "poverty_lifted": 5,
    "online_merchant": 2, "released": 0.5, "other": 52.5,
}  # fmt: skip


def draw_ages(draw: np.random.Generator, rows: int) -> Array:
    """Completed years, by the pyramid."""
    firsts = np.array([first for first, _ in PYRAMID])
    shares = np.array([share for _, share in PYRAMID])
    return draw.choice(firsts, rows, p=shares / shares.sum()) + draw.integers(0, 5, rows)


def make_person_facts(
    registry: FactRegistry, draw: np.random.Generator, ages: Array, *, today: date
) -> dict[str, Column]:
    """The columns for people of these ages, the same for the same state of ``draw``."""
    make = ColumnMaker(registry, draw, len(ages))
    adult = ages >= ADULT_YEARS
    working = (ages >= WORKING_FROM) & (ages < WORKING_UNTIL)
    graduate = _schooling(make, ages, adult, today)
    employed = _insurance(make, ages, adult, working)
    _certificates(make, adult, employed, today)
    _wishes(make, ages, adult, graduate)
    venture = _ventures(make, adult, working, graduate, today)
    _loans(make, ages, adult, venture, today)
    return make.columns


def _schooling(make: ColumnMaker, ages: Array, adult: Flags, today: date) -> Flags:
    by_age = np.interp(ages, [18, 22, 26, 35, 45, 55, 70], [0.0, 0.25, 0.5, 0.4, 0.2, 0.1, 0.03])
    graduate = make.put_bool("is_graduate", by_age, adult & (ages >= 20))
    years = today.year - np.maximum(0, ages - 22) - make.choose([0, 1], [0.7, 0.3]) - 1970
    july = years.astype("datetime64[Y]").astype("datetime64[M]") + 6
    days = np.minimum(july.astype("datetime64[D]").astype(np.int64), day_number(today) - 30)
    make.put("graduated_on", days, graduate)
    groups = make.words("key_group", _GROUPS)
    groups = np.where(graduate & make.chance(0.4), make.place("key_group", "graduate"), groups)
    make.put("key_group", groups, adult)
    return graduate


def _insurance(make: ColumnMaker, ages: Array, adult: Flags, working: Flags) -> Flags:
    employed = make.put_bool("employed_insured", np.where(working, 0.52, 0.0), adult)
    worked = np.maximum(0, (np.minimum(ages, WORKING_UNTIL) - 20) * 12)
    share = np.where(employed, make.draw.beta(3, 2, make.rows), make.draw.beta(1, 5, make.rows))
    make.put("person_insured_months", worked * share, adult)
    make.put_bool("drawing_unemployment_benefit", np.where(working & ~employed, 0.04, 0.0), adult)
    return employed


def _certificates(make: ColumnMaker, adult: Flags, employed: Flags, today: date) -> None:
    rows, draw = make.rows, make.draw
    holds = make.put_bool("has_skill_certificate", np.where(employed, 0.18, 0.05), adult)
    make.put("certificate_on", day_number(today) - draw.integers(3, 1_500, rows), holds)
    levels = {"level_5": 30, "level_4": 38, "level_3": 24, "level_2": 6, "level_1": 2}
    make.put("certificate_level", make.words("certificate_level", levels), holds)
    make.put_bool("certificate_in_shortage", 0.25, holds)
    make.put_bool("skill_same_level_paid", 0.1, holds)
    make.put_bool("skill_higher_level_paid", 0.03, holds)
    make.put_bool("certificate_training_paid", 0.12, holds)
    paid = make.put("skill_paid_this_year", make.choose([0, 1, 2, 3], [88, 9, 2, 1]), adult)
    make.put("skill_paid_ordinary_this_year", np.minimum(paid, 1), adult)


def _wishes(make: ColumnMaker, ages: Array, adult: Flags, graduate: Flags) -> None:
    rows, draw = make.rows, make.draw
    young = ages < 45
    wants = make.put_bool("wants_training", np.where(young, 0.3, 0.12), adult)
    taken = make.choose([0, 1], [93, 7])
    make.put("courses_subsidised_this_year", taken, adult)
    make.put("course_months", draw.integers(1, 15, rows), wants)
    starts = make.put_bool("wants_startup_training", np.where(young, 0.09, 0.02), adult)
    make.put("startup_courses_this_year", make.choose([0, 1], [96, 4]), adult)
    shares = {"gyb": 35, "syb": 45, "online": 15, "ai_tools": 5}
    course = make.put("startup_course", make.words("startup_course", shares), starts)
    long = course == make.place("startup_course", "syb")
    hours = np.where(long, make.choose([60, 70, 80], [1, 6, 3]), make.choose([16, 24], [1, 5]))
    make.put("startup_course_hours", hours, starts)
    make.put("startup_course_price", np.where(long, 150_000, 30_000), starts)
    make.put_bool("started_within_6_months", 0.35, starts)
    looks = make.put_bool("came_to_look", np.where(ages < 36, 0.06, 0.005), adult)
    make.put("hostel_nights_this_year", make.choose([0, 1, 2, 3, 5], [90, 3, 3, 2, 2]), adult)
    make.put("hostel_nights_asked", draw.integers(1, 7, rows), looks)
    make.put_bool("wants_practice", np.where(graduate & young, 0.2, 0.02), adult)
    make.put("practice_months_used", make.choose([0, 6, 14, 24], [94, 3, 2, 1]), adult)


def _ventures(
    make: ColumnMaker, adult: Flags, working: Flags, graduate: Flags, today: date
) -> Flags:
    rows, draw = make.rows, make.draw
    venture = make.put_bool("venture_registered", np.where(working, 0.08, 0.005), adult)
    age_days = np.minimum(draw.exponential(900, rows).astype(np.int64) + 5, 9_000)
    make.put("venture_registered_on", day_number(today) - age_days, venture)
    make.put_bool("venture_open", 0.88, venture)
    make.put_bool("venture_is_first", 0.8, venture)
    jobs = make.put("jobs_insured_12m", draw.geometric(0.35, rows) - 1, venture)
    make.put("jobs_lowest_36m", draw.binomial(jobs, 0.7), venture)
    paid = np.where(age_days > 400, make.choose([0, 1_000_000, 3_000_000], [50, 35, 15]), 0)
    make.put("startup_grant_paid", np.where(venture, paid, 0), adult)
    winner = make.put_bool("contest_winner", np.where(venture, 0.004, 0.0), adult)
    make.put_bool("contest_landed", 0.7, winner)
    make.put_bool("contest_assessed", 0.6, winner)
    make.put_bool("contest_award_received", 0.3, winner)
    inside = make.put_bool("in_incubator", np.where(graduate, 0.3, 0.06), venture)
    make.put("rent_paid_this_year", draw.integers(12, 90, rows) * 10_000, inside)
    make.put("rent_years_paid", make.choose([0, 1, 2, 3], [55, 25, 15, 5]), inside)
    make.put_bool("free_desk_same_period", 0.25, inside)
    return venture


def _loans(make: ColumnMaker, ages: Array, adult: Flags, venture: Flags, today: date) -> None:
    rows, draw = make.rows, make.draw
    wants = make.put_bool("wants_loan", np.where(venture, 0.35, 0.03), adult)
    make.put("loan_asked", draw.integers(3, 36, rows) * 1_000_000, wants)
    make.put("loan_term_months", make.choose([12, 24, 36, 48], [20, 35, 42, 3]), wants)
    make.put("loan_partners", make.choose([1, 2, 3, 5], [88, 8, 3, 1]), wants)
    before = make.put(
        "loans_subsidised_before", make.choose([0, 1, 2, 3], [93, 5, 1.5, 0.5]), adult
    )
    make.put_bool("earlier_loans_repaid_on_time", 0.95, adult & (before > 0))
    make.put_bool("other_debts", 0.18, wants)
    married = np.interp(ages, [18, 24, 30, 40, 60, 85], [0.0, 0.15, 0.68, 0.85, 0.85, 0.5])
    spouse = make.put_bool("has_spouse", married, adult)
    make.put_bool("spouse_other_debts", 0.15, wants & spouse)
    has_loan = make.put_bool("has_guaranteed_loan", 0.12, venture)
    make.put("loan_contract_on", day_number(today) - draw.integers(20, 1_100, rows), has_loan)
    lpr = make.choose([300, 310, 335, 345], [40, 35, 15, 10])
    make.put("loan_lpr", lpr, has_loan)
    make.put("loan_rate", lpr + draw.integers(40, 190, rows), has_loan)
    interest = draw.integers(200, 16_000, rows) * 100
    make.put("interest_countable", interest, has_loan)
    make.put("interest_own_part", interest // 2, has_loan)
    make.put_bool("loan_extended", 0.04, has_loan)
    make.put_bool("took_other_job", 0.03, has_loan)
    make.put_bool("interest_period_claimed", 0.3, has_loan)
