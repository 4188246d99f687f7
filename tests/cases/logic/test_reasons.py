"""A refusal points to condition, fact and source; a disputed fact cannot carry it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from denghuo.cases.logic.reasons import (
    AgainstRuleError,
    AmountByRuleError,
    AmountNeededError,
    DisputedFactError,
    Reason,
    ReasonNeededError,
    StillUnknownError,
    demand_as_ruled,
    demand_refusable,
    failed_conditions,
    judged,
    not_handed_in,
)
from denghuo.cases.logic.snapshots import Evidence, FrozenFact, Verdict

pytestmark = pytest.mark.no_postgres
MONTHS = FrozenFact("months", "缴费月数", 9, "9 个月", "社会保险登记", date(2025, 9, 1))
LIST = FrozenFact("dishonest", "失信名单", True, "是", "市场监管", date(2025, 9, 1))


def evidence(
    verdict: Verdict = "not", *, facts: tuple[FrozenFact, ...] = (MONTHS, LIST)
) -> Evidence:
    conditions = [
        {
            "name": "paid_a_year",
            "result": False,
            "sentence": "只交了 9 个月。",
            "basis": "满 12 个月",
            "facts": [{"name": "months"}],
        },
        {
            "name": "not_dishonest",
            "result": False,
            "sentence": "在失信名单上。",
            "basis": "未列入",
            "facts": [{"name": "dishonest"}],
        },
        {"name": "kind", "result": True, "sentence": "", "basis": "", "facts": []},
    ]
    return Evidence(
        date(2025, 9, 1), "p", "d" * 64, "v1", verdict, None, facts, {"conditions": conditions}
    )


def test_reasons_name_condition_fact_value_and_source() -> None:
    first, second = failed_conditions(evidence())
    assert (first.code, first.basis) == ("condition:paid_a_year", "满 12 个月")
    assert first.facts[0].shown == "9 个月"
    assert first.facts[0].source == "社会保险登记"
    assert second.condition == "not_dishonest"
    assert Reason.from_json(first.as_json()) == first


def test_a_disputed_fact_cannot_alone_refuse() -> None:
    disputed = evidence(facts=(replace(MONTHS, disputed=True), LIST))
    demand_refusable(failed_conditions(disputed))
    both = evidence(facts=(replace(MONTHS, disputed=True), replace(LIST, disputed=True)))
    with pytest.raises(DisputedFactError, match="缴费月数"):
        demand_refusable(failed_conditions(both))


def test_no_reason_no_refusal() -> None:
    with pytest.raises(ReasonNeededError):
        demand_refusable(())
    with pytest.raises(ReasonNeededError):
        demand_refusable((Reason("x", "c", "s", "b", ()),))


def test_a_persons_reason_names_everything() -> None:
    whole = {"condition": "居住满一年", "sentence": "只住了三个月。", "basis": "办法第五条"}
    assert judged(**whole, fact=MONTHS).facts == (MONTHS,)
    for name in whole:
        with pytest.raises(ReasonNeededError):
            judged(**{**whole, name: " "}, fact=MONTHS)
    with pytest.raises(ReasonNeededError):
        judged(**whole, fact=replace(MONTHS, source=""))


def test_things_asked_for_in_vain() -> None:
    (only,) = not_handed_in(["租房合同"], asked_on=date(2025, 9, 1), basis="第九项")
    assert only.facts[0].observed_on == date(2025, 9, 1)
    demand_refusable([only])


def test_the_result_is_the_rules() -> None:
    entitled = replace(evidence("entitled"), amount_fen=150_000)
    assert demand_as_ruled(entitled, "approved", amount_fen=None, missing=()) == 150_000
    assert demand_as_ruled(entitled, "approved", amount_fen=150_000, missing=()) == 150_000
    with pytest.raises(AmountByRuleError):
        demand_as_ruled(entitled, "approved", amount_fen=150_001, missing=())
    with pytest.raises(AgainstRuleError):
        demand_as_ruled(entitled, "refused", amount_fen=None, missing=())
    with pytest.raises(AgainstRuleError):
        demand_as_ruled(evidence("not"), "approved", amount_fen=None, missing=())
    for result in ("approved", "refused"):
        with pytest.raises(StillUnknownError, match="证书"):
            demand_as_ruled(evidence("unknown"), result, amount_fen=None, missing=("证书",))
    # The amount may wait for a fact though the entitlement does not.
    with pytest.raises(StillUnknownError):
        demand_as_ruled(entitled, "approved", amount_fen=None, missing=("工种",))


def test_without_a_rule_a_person_names_the_amount() -> None:
    with pytest.raises(AmountNeededError):
        demand_as_ruled(evidence("no_rule"), "approved", amount_fen=None, missing=())
    assert demand_as_ruled(evidence("no_rule"), "approved", amount_fen=5, missing=()) == 5
    assert demand_as_ruled(evidence("no_rule"), "refused", amount_fen=5, missing=()) == 0
