"""Made-up persons and firms with every fact known: shapes, not statistics.

What a life rules out is not given at all: who has no certificate has no certificate date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from denghuo.policy.logic.fact_values import KnownFact, known_facts
from denghuo.policy.logic.registry import FactRegistry

AS_OF = date(2025, 10, 15)


def _days_ago(random: Random, low: int, high: int) -> date:
    return AS_OF - timedelta(days=random.randint(low, high))


def person(seed: int, registry: FactRegistry) -> dict[str, KnownFact]:
    """Every fact that this person's life holds."""
    random = Random(seed)
    chance = random.random
    graduate = chance() < 0.35
    venture = chance() < 0.25
    group = "graduate" if graduate and chance() < 0.6 else None
    others = ["other"] * 6 + ["registered_unemployed", "returned_migrant", "laid_off", "veteran"]
    found: dict[str, object] = {
        "key_group": group or random.choice(others),
        "is_graduate": graduate,
        "person_insured_months": random.choice([0, 0, 6, 11, 12, 30, 96]),
        "employed_insured": chance() < 0.55,
        "drawing_unemployment_benefit": chance() < 0.04,
        "skill_paid_this_year": 0 if chance() < 0.9 else 1,
        "skill_paid_ordinary_this_year": 0,
        "skill_same_level_paid": chance() < 0.03,
        "skill_higher_level_paid": chance() < 0.02,
        "certificate_training_paid": chance() < 0.15,
        "wants_training": chance() < 0.4,
        "courses_subsidised_this_year": 1 if chance() < 0.12 else 0,
        "course_months": random.choice([1, 2, 3, 6, 13]),
        "wants_startup_training": chance() < 0.2,
        "startup_courses_this_year": 1 if chance() < 0.03 else 0,
        "startup_course": random.choice(["gyb", "syb", "online", "ai_tools"]),
        "startup_course_hours": random.choice([20, 24, 40, 70, 80]),
        "startup_course_price": 150_000,
        "started_within_6_months": venture,
        "venture_registered": venture,
        "has_skill_certificate": chance() < 0.3,
        "contest_winner": chance() < 0.005,
        "contest_landed": venture,
        "contest_assessed": chance() < 0.5,
        "contest_award_received": False,
        "in_incubator": venture and chance() < 0.3,
        "rent_paid_this_year": random.randrange(0, 1_200_000, 10_000),
        "rent_years_paid": random.choice([0, 0, 1, 3]),
        "free_desk_same_period": chance() < 0.1,
        "came_to_look": chance() < 0.1,
        "hostel_nights_this_year": random.choice([0, 0, 0, 3, 5]),
        "hostel_nights_asked": random.randint(1, 6),
        "wants_practice": graduate and chance() < 0.3,
        "practice_months_used": random.choice([0, 0, 6, 24]),
        "wants_loan": chance() < 0.15,
        "loan_asked": random.choice([10_000_000, 20_000_000, 30_000_000, 50_000_000]),
        "loan_term_months": random.choice([12, 24, 36, 60]),
        "loan_partners": random.choice([1, 1, 1, 2, 3]),
        "loans_subsidised_before": random.choice([0, 0, 0, 1, 3]),
        "earlier_loans_repaid_on_time": chance() < 0.95,
        "other_debts": chance() < 0.3,
        "has_spouse": chance() < 0.6,
        "spouse_other_debts": chance() < 0.25,
        "has_guaranteed_loan": venture and chance() < 0.2,
    }
    if graduate:
        found["graduated_on"] = _days_ago(random, 100, 4_000)
    if found["has_skill_certificate"]:
        found["certificate_on"] = _days_ago(random, 0, 900)
        found["certificate_level"] = random.choice(["level_5", "level_4", "level_3", "level_2"])
        found["certificate_in_shortage"] = chance() < 0.2
    if venture:
        found["venture_registered_on"] = _days_ago(random, 10, 1_500)
        found["venture_open"] = chance() < 0.9
        found["venture_is_first"] = chance() < 0.8
        found["jobs_insured_12m"] = random.choice([0, 0, 1, 2, 3, 6])
        found["jobs_lowest_36m"] = random.choice([0, 1, 3])
        found["startup_grant_paid"] = random.choice([0, 0, 1_000_000])
    if found["has_guaranteed_loan"]:
        found |= {
            "loan_contract_on": _days_ago(random, 30, 700),
            "loan_rate": Decimal("4.35"),
            "loan_lpr": Decimal("3.10"),
            "interest_countable": random.randrange(0, 400_000, 1_000),
            "loan_extended": chance() < 0.05,
            "took_other_job": chance() < 0.05,
            "interest_period_claimed": chance() < 0.1,
        }
    return _known(found, registry)


def firm(seed: int, registry: FactRegistry) -> dict[str, KnownFact]:
    """Every fact that this firm's books and registers hold."""
    random = Random(seed)
    chance = random.random
    kind = random.choices(
        ["enterprise", "household", "association", "law_office", "public_institution"],
        [70, 20, 4, 3, 3],
    )[0]
    size = random.choices(["micro", "small", "medium", "large"], [60, 28, 9, 3])[0]
    top = {"micro": 10, "small": 100, "medium": 400, "large": 5_000}[size]
    staff = random.randint(1, top)
    unit = chance() < 0.06
    found: dict[str, object] = {
        "firm_kind": kind,
        "size_class": size,
        "insured_as_unit": chance() < 0.6,
        "staff_count": staff,
        "dishonest": chance() < 0.02,
        "zombie": chance() < 0.005,
        "contribution_year_ends_on": date(2024, 12, 31),
        "unemployment_months_paid": random.choice([3, 11, 12, 24, 60]),
        "insured_average": Decimal(staff),
        "laid_off_count": 0 if chance() < 0.6 else random.randint(0, 1 + staff // 8),
        "unemployment_premium_paid": staff * random.randrange(30_000, 90_000),
        "unemployment_wage_base": staff * random.randrange(400_000, 900_000),
        "pays_unemployment_insurance": chance() < 0.85,
        "pays_injury_insurance": chance() < 0.9,
        "injury_area": random.choice(["hohhot", "chifeng", "tongliao", "ordos"]),
        "injury_risk_class": random.randint(1, 8),
        "injury_rate": Decimal("0.0070"),
        "injury_wage_base": staff * random.randrange(400_000, 900_000),
        "firm_wants_loan": chance() < 0.15,
        "eligible_hires_12m": random.randint(0, 1 + staff // 5),
        "wage_arrears": chance() < 0.03,
        "insurance_arrears": chance() < 0.06,
        "firm_loan_asked": random.choice([50_000_000, 200_000_000, 400_000_000, 500_000_000]),
        "firm_loan_term_months": random.choice([12, 24, 36]),
        "firm_loans_subsidised_before": random.choice([0, 0, 0, 1, 3]),
        "firm_earlier_loans_on_time": chance() < 0.95,
        "firm_has_guaranteed_loan": chance() < 0.03,
        "practice_unit": unit,
        "pool_bank": chance() < 0.002,
    }
    if found["firm_has_guaranteed_loan"]:
        found |= {
            "firm_loan_contract_on": _days_ago(random, 30, 700),
            "firm_loan_rate": Decimal("4.35"),
            "firm_loan_lpr": Decimal("3.10"),
            "firm_interest_countable": random.randrange(0, 4_000_000, 1_000),
            "firm_loan_extended": False,
            "firm_interest_period_claimed": False,
        }
    if unit:
        found |= {
            "trainees_now": random.randint(0, 8),
            "trainee_months_longest": random.randint(1, 26),
            "trainee_pay_lowest": 200_000,
            "trainees_finished_12m": 6,
            "trainees_kept_12m": random.randint(0, 6),
        }
    return _known(found, registry)


def _known(found: Mapping[str, object], registry: FactRegistry) -> dict[str, KnownFact]:
    return known_facts(registry, found, observed_on=AS_OF)
