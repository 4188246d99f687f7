"""``denghuo match-audit``: proved, failed when somebody's record reaches a column, or nothing."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from denghuo.employment.queries import live_seekers
from denghuo.employment.queries.columns import seeker_of
from denghuo.people.models import Person
from tests.employment.market import NOW, applicant, make_post, person_ref
from tests.employment.seekers import CLEANER, XINCHENG, lay_places, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    lay_places()
    for pay in (350_000, 400_000):
        make_post(
            None, title="保洁员", body="打扫。", occupation=CLEANER, occupation_level=4,
            place=XINCHENG, hours=["day"], pay_low_fen=pay, pay_high_fen=pay,
        )  # fmt: skip


def people(count: int, sex: str) -> None:
    for number in range(count):
        me = applicant("某" + "甲乙丙丁戊己庚辛壬癸子丑"[number])
        Person.objects.filter(pk=person_ref(me).id).update(sex=sex)
        wishes(me, years=str(number % 4), consents=("job_matching",))


def run(*arguments: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("match_audit", *arguments, stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, out.getvalue()


def test_it_proves_and_counts_groups_of_ten_only() -> None:
    people(11, "female")
    people(3, "male")
    code, said = run()
    assert code == 0
    assert "求职意愿 14 份，岗位 2 个" in said
    assert "女：11 人，没有岗位的 0 人" in said
    assert "男：3 人，不满 10 人，不列" in said
    figures = json.loads(run("--json", "--seed", "another")[1])
    assert figures["audit"]["same_input"]


def test_it_fails_when_somebody_s_record_reaches_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    people(12, "female")

    def leaking(wish: Any, words: Any, **more: Any) -> Any:
        made = seeker_of(wish, words, **more)
        assert made is not None
        bonus = int(str(wish.person.id)[:2], 16) % 60
        return type(made)(
            **{name: getattr(made, name) for name in made.__slots__} | {"years": bonus}
        )

    monkeypatch.setattr(live_seekers, "seeker_of", leaking)
    code, said = run()
    assert code == 1
    assert "进去的数据一字节不差：否" in said


def test_nothing_to_compare_is_not_a_proof() -> None:
    assert run()[0] == 2
    wishes(applicant(), consents=())  # has not agreed to matching, so is not matched
    assert run()[0] == 2
