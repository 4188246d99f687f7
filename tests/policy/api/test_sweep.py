"""A small sweep: the same answers as one by one, bad rows named."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from denghuo.policy.api.sweep import PAIRS_MAX, ROWS_MAX
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db

BASE = "/api/v1"
POLICY = "stable-jobs-refund"
GOOD = {
    "firm_kind": "enterprise",
    "size_class": "small",
    "laid_off_count": 2,
    "insured_average": "42",
    "unemployment_premium_paid": 18_640_000,
    "unemployment_months_paid": 12,
    "dishonest": False,
    "zombie": False,
    "contribution_year_ends_on": "2024-12-31",
    "pool_reserve_months": 6,
}


@pytest.fixture
def officer() -> Client:
    return browsers.staff(make_staff("officer", roles=("policy_officer",)))


def sweep(client: Client, rows: list[Any], **more: object) -> Any:
    body = {"rows": rows, "policies": [POLICY], "as_of": "2025-09-01", **more}
    return client.post(f"{BASE}/sweeps", body, content_type="application/json")


def test_rows_are_answered_as_one_by_one(officer: Client) -> None:
    rows: list[dict[str, Any]] = [
        {"entity": "甲", "facts": GOOD},
        {"entity": "乙", "facts": {**GOOD, "laid_off_count": 30}},
        {"entity": "丙", "facts": {**GOOD, "laid_off_count": None}},
        {"entity": "丁"},
    ]
    found = sweep(officer, rows, policies=[POLICY, "startup-rent", POLICY]).json()
    assert (found["rows_read"], found["bad_rows"]) == (4, [])
    assert len(found["answers"]) == 8
    assert [each["verdict"] for each in found["answers"][::2]] == [
        "entitled",
        "not",
        "unknown",
        "unknown",
    ]
    facts_of = {row["entity"]: row.get("facts", {}) for row in rows}
    for swept in found["answers"]:
        [one] = officer.post(
            f"{BASE}/explain",
            {
                "policies": [swept["policy"]],
                "facts": facts_of[swept["entity"]],
                "as_of": "2025-09-01",
            },
            content_type="application/json",
        ).json()
        for name in ("version", "verdict", "amount", "fail_mask", "unknown_mask"):
            assert swept[name] == one[name]


def test_bad_rows_are_named_and_the_rest_is_answered(officer: Client) -> None:
    rows = [
        {"entity": "甲", "facts": GOOD},
        {"entity": "乙", "facts": {"laid_off_count": "两个"}},
        {"entity": "丙", "facts": {"no_such_fact": 1}},
        {"entity": "甲", "facts": GOOD},
    ]
    found = sweep(officer, rows).json()
    assert (found["rows_read"], len(found["answers"])) == (4, 2)
    assert [(bad["row"], bad["column"]) for bad in found["bad_rows"]] == [
        (2, "laid_off_count"),
        (3, "no_such_fact"),
    ]
    assert "两个" in found["bad_rows"][0]["reason"]


def test_too_many_rows_are_sent_to_a_run(officer: Client) -> None:
    row = {"entity": "甲"}
    for rows, policies in ((ROWS_MAX + 1, 1), (PAIRS_MAX // 11 + 1, 11)):
        refused = sweep(officer, [row] * rows, policies=[POLICY] * policies)
        assert refused.status_code == 422
        assert "/sweeps/runs" in refused.json()["error"]["message"]
    assert sweep(officer, [row] * ROWS_MAX).json()["rows_read"] == ROWS_MAX


@pytest.mark.parametrize(
    "rows",
    [
        [{"facts": {}}],
        [{"entity": "", "facts": {}}],
        [{"entity": 1, "facts": {}}],
        [{"entity": "长" * 81}],
        [{"entity": "甲", "more": 1}],
        ["甲"],
        {},
    ],
)
def test_a_row_says_who_it_is(officer: Client, rows: Any) -> None:
    assert sweep(officer, rows).status_code == 422


def test_sweeps_are_for_policy_staff_only(client: Client) -> None:
    assert sweep(client, []).status_code == 401
    station = browsers.staff(make_staff("station", roles=("station",)))
    assert sweep(station, []).status_code == 404
