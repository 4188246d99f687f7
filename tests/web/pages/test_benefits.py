"""My benefits: groups, reasons with facts and sources, who may look, and what it costs to ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import Mandate
from denghuo.people.public import give_mandate, withdraw_mandate
from denghuo.platform.public import look_ups_of
from denghuo.policy.public import dispute_fact, library, registry
from denghuo.web.answer_groups import AnswerLine, plain_amount
from tests.factories.people import as_resident, make_firm, make_person, phone
from tests.people import browsers
from tests.web.html_checks import read
from tests.web.pages.visitors import (
    CHINESE,
    WANTS_NOTHING,
    days_ago,
    founder,
    person_ref,
    record,
    today,
)

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def groups(client: Client) -> dict[str, list[AnswerLine]]:
    found: dict[str, list[AnswerLine]] = client.get("/benefits/").context["groups"]
    return found


def names(lines: Iterable[AnswerLine]) -> set[str]:
    return {line.policy for line in lines}


@pytest.fixture
def person(db: None) -> UUID:
    return make_person("萨如拉", phone=phone())


@pytest.fixture
def client(person: UUID) -> Client:
    return browsers.resident(person)


# The overview


def test_every_policy_stands_in_one_group(client: Client, person: UUID) -> None:
    record(person_ref(person), founder() | WANTS_NOTHING)
    found = groups(client)
    assert names(found["entitled"]) == {"startup-grant"}
    assert names(found["unwanted"]) == {
        "guaranteed-loan-person",
        "training-subsidy",
        "startup-training",
        "youth-hostel",
        "graduate-practice",
    }
    assert names(found["not"]) >= {"skill-up-subsidy", "contest-award", "loan-interest-person"}
    everywhere = [line.policy for lines in found.values() for line in lines]
    assert sorted(everywhere) == sorted(
        name for name, each in library().items() if each.audience == "person"
    )


def test_the_number_stands_beside_its_condition(client: Client, person: UUID) -> None:
    record(person_ref(person), founder())
    line = next(line for line in groups(client)["entitled"] if line.policy == "startup-grant")
    assert (line.amount_label, line.amount) == ("这次可领", "10,000 元")
    assert line.sentence.startswith("至少够上一档")
    assert "10,000 元" in page(client, "/benefits/")


def test_one_step_away_says_the_step_and_what_it_brings(client: Client, person: UUID) -> None:
    young = founder() | {"venture_registered_on": days_ago(100), "jobs_insured_12m": 2}
    record(person_ref(person), young)
    line = groups(client)["near"][0]
    assert line.policy == "startup-grant"
    assert "10,000 元" in line.sentence
    shown = page(client, "/benefits/startup-grant/")
    assert "同时参保满 12 个月的员工数再多 1 人" in shown
    assert "不服怎么办" in shown


def test_what_is_only_undecided_is_folded_and_told_apart(client: Client, person: UUID) -> None:
    found = groups(client)
    assert names(found["ask"])
    assert not found["wait"]
    html = page(client, "/benefits/")
    assert '<details class="fold" id="ask">' in html
    assert "再答几个问题" in html


def test_what_only_an_office_knows_waits_for_it(person: UUID) -> None:
    bank = SubjectRef("firm", make_firm("草原银行", legal_representative=person))
    overdue = {"pool_bank": True, "pool_loan_overdue_days": 95, "pool_bank_overdue_ratio": "0.01"}
    record(bank, {**overdue, "pool_loan_unpaid": 20_000_000})
    client = browsers.resident(person, mandate_id=_legal_mandate(person))
    line = next(each for each in groups(client)["wait"] if each.policy == "risk-pool-claim")
    assert line.sentence == "还缺：资金池余额"
    html = page(client, "/benefits/risk-pool-claim/")
    assert "这些由部门提供" in html
    assert "答几个问题" not in html
    record(bank, {"pool_balance": 100_000_000})
    paid = next(each for each in groups(client)["entitled"] if each.policy == "risk-pool-claim")
    assert paid.amount == "160,000 元"


def test_unverified_figures_are_said_once(client: Client, person: UUID) -> None:
    record(person_ref(person), founder())
    html = page(client, "/benefits/")
    assert html.count("还没有跟主管部门核实") == 1
    assert "未经核实" not in html
    assert page(client, "/benefits/startup-grant/").count("还没有跟主管部门核实") == 1


def test_the_firms_page_shows_the_firms(person: UUID) -> None:
    firm = make_firm("敕勒川乳品", legal_representative=person)
    record(
        SubjectRef("firm", firm),
        {"practice_unit": False, "pool_bank": False, "firm_has_guaranteed_loan": False},
    )
    mandate = _legal_mandate(person)
    client = browsers.resident(person, mandate_id=mandate)
    html = page(client, "/benefits/")
    assert "敕勒川乳品能享的" in html
    assert names(groups(client)["not"]) >= {"trainee-subsidy", "risk-pool-claim"}
    assert not {"startup-grant", "youth-hostel"} & {
        line.policy for lines in groups(client).values() for line in lines
    }


def _legal_mandate(person: UUID) -> UUID:
    found: UUID = Mandate.objects.get(to_person_id=person).pk
    return found


def test_an_answer_of_the_other_kind_says_so(client: Client) -> None:
    html = page(client, "/benefits/stable-jobs-refund/")
    assert "这一项是给单位的" in html
    assert "/policies/stable-jobs-refund/" in html


def test_not_signed_in_both_kinds_can_be_read() -> None:
    for policy in ("stable-jobs-refund", "startup-grant"):
        html = page(Client(), f"/benefits/{policy}/")
        assert f"/benefits/questions/?policy={policy}" in html
        assert "我能办吗" in html


def test_an_unknown_policy_is_not_found(client: Client) -> None:
    for address in ("/benefits/no-such/", "/benefits/questions/?policy=no-such"):
        response = client.get(address)
        assert response.status_code == 404
        assert "没有找到这项政策" in response.content.decode()


def test_no_rule_in_force_is_a_persons_decision(client: Client, person: UUID) -> None:
    record(
        person_ref(person),
        {"has_skill_certificate": True, "certificate_on": days_ago(3)},
    )
    line = next(each for each in groups(client)["no_rule"] if each.policy == "skill-up-subsidy")
    assert "由工作人员判断" in line.sentence
    assert "由人来定" in page(client, "/benefits/skill-up-subsidy/")


# Reasons


def test_each_reason_shows_its_facts_source_and_date(client: Client, person: UUID) -> None:
    record(person_ref(person), founder())
    html = page(client, "/benefits/startup-grant/")
    yesterday = (today() - timedelta(days=1)).isoformat()
    for part in ("查到您登记的企业或店了", "市场主体登记", "社会保险登记", yesterday):
        assert part in html
    assert "/benefits/facts/venture_registered_on/dispute/" in html
    # Each fact once, though two conditions read it.
    assert html.count("/benefits/facts/venture_registered_on/dispute/") == 1


def test_own_words_can_be_changed_and_offices_words_disputed(client: Client, person: UUID) -> None:
    told = founder()
    group = told.pop("key_group")
    record(person_ref(person), told)
    record(person_ref(person), {"key_group": group}, source="本人填报")
    html = page(client, "/benefits/startup-grant/")
    assert "?policy=startup-grant&amp;fact=key_group" in html
    assert "/benefits/facts/key_group/dispute/" not in html
    assert "这里用了您自己填的信息" in html


def test_a_disputed_fact_alone_refuses_nothing(client: Client, person: UUID) -> None:
    ref = person_ref(person)
    record(ref, founder() | {"venture_registered_on": days_ago(30), "jobs_insured_12m": 0})
    assert "startup-grant" in names([*groups(client)["near"], *groups(client)["not"]])
    dispute_fact(
        actor=as_resident(person),
        subject=ref,
        name="venture_registered_on",
        claimed_value="",
        note="早就开了",
        now=timezone.now(),
    )
    assert "startup-grant" in names(groups(client)["wait"])
    html = page(client, "/benefits/startup-grant/")
    assert "正在核实" in html
    assert "现在不算不符合" in html
    # Another reason still refuses.
    record(ref, {"venture_is_first": False})
    assert "startup-grant" in names([*groups(client)["near"], *groups(client)["not"]])


def test_english_readers_read_english(client: Client, person: UUID) -> None:
    record(person_ref(person), founder())
    client.cookies["django_language"] = "en"
    for address in ("/benefits/startup-grant/", "/benefits/guaranteed-loan-person/"):
        html = page(client, address)
        main = html.partition("<main")[2].partition('<aside class="aside"')[0]
        assert CHINESE.findall(main) == []
    with override("en"):
        assert plain_amount("30,000.00 yuan") == "30,000 yuan"
        assert plain_amount("30,000.50 yuan") == "30,000.50 yuan"


def test_pages_are_sound(client: Client, person: UUID) -> None:
    record(person_ref(person), founder())
    addresses = ["/benefits/", "/benefits/startup-grant/", "/benefits/stable-jobs-refund/"]
    addresses += ["/benefits/questions/", "/benefits/disputes/"]
    addresses += ["/benefits/facts/key_group/dispute/"]
    for address in addresses:
        for visitor in (client, Client()):
            response = visitor.get(address)
            if response.status_code == 200:
                assert read(response.content.decode()).problems == [], address


# Who may look


def test_a_look_under_a_mandate_leaves_a_row(person: UUID) -> None:
    record(person_ref(person), founder())
    relative = make_person("巴图", phone=phone())
    client = browsers.resident(relative, mandate_id=_mandate(person, relative, ("read",)))
    before = len(look_ups_of(person_ref(person)).entries)
    html = page(client, "/benefits/")
    assert "萨如拉能享的" in html
    looks = look_ups_of(person_ref(person)).entries
    assert len(looks) == before + 1
    assert (looks[0].what, looks[0].purpose) == (("policy_facts",), "benefits")
    # Their own affairs leave none.
    own = browsers.resident(person)
    page(own, "/benefits/")
    assert len(look_ups_of(person_ref(person)).entries) == before + 1


def test_who_may_only_read_fills_in_nothing(person: UUID) -> None:
    record(person_ref(person), founder())
    relative = make_person("巴图", phone=phone())
    client = browsers.resident(relative, mandate_id=_mandate(person, relative, ("read",)))
    assert "再答几个问题" not in page(client, "/benefits/")
    assert 'class="tell"' not in page(client, "/benefits/startup-grant/")
    for refused in (
        client.get("/benefits/questions/"),
        client.post("/benefits/questions/", {"fact": "wants_loan", "answer": "true"}),
        client.post("/benefits/facts/key_group/dispute/", {"note": "不对"}),
    ):
        assert refused.status_code == 403
        assert "没有生效的委托" in refused.content.decode()
    assert "本人填报" not in page(browsers.resident(person), "/benefits/startup-grant/")


def test_who_may_only_carry_papers_reads_nothing(person: UUID) -> None:
    relative = make_person("巴图", phone=phone())
    client = browsers.resident(relative, mandate_id=_mandate(person, relative, ("documents",)))
    assert client.get("/benefits/").status_code == 403


def test_a_withdrawn_mandate_shows_ones_own(person: UUID) -> None:
    record(person_ref(person), founder())
    relative = make_person("巴图", phone=phone())
    mandate = _mandate(person, relative, ("read", "apply"))
    client = browsers.resident(relative, mandate_id=mandate)
    withdraw_mandate(mandate_id=mandate, actor=as_resident(person), now=timezone.now())
    assert client.get("/benefits/").status_code == 302, "told that the mandate has ended"
    html = page(client, "/benefits/")
    assert "萨如拉" not in html
    assert "创业补助" not in {line.name for line in groups(client)["entitled"]}


def _mandate(giver: UUID, to: UUID, scopes: tuple[str, ...]) -> UUID:
    return give_mandate(
        giver=person_ref(giver),
        scopes=scopes,
        start_on=today(),
        until_on=today() + timedelta(days=10),
        how="phone_code",
        to_person=to,
        actor=as_resident(giver),
        now=timezone.now(),
    )


# What it costs


@pytest.mark.parametrize("address", ["/benefits/", "/benefits/questions/"])
def test_queries_do_not_grow_with_facts(
    client: Client,
    person: UUID,
    address: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    record(person_ref(person), {"is_graduate": False})
    with django_assert_max_num_queries(20) as few:
        page(client, address)
    record(
        person_ref(person),
        {
            name: False
            for name, spec in registry().items()
            if spec.subject == "person" and spec.kind.value == "bool" and spec.wish is None
        },
    )
    with django_assert_max_num_queries(len(few)):
        page(client, address)


# What no version can grant, while the day that chooses one is open


def test_a_refusal_by_every_version_is_said_before_the_day_is_known(person: UUID) -> None:
    firm = make_firm("敕勒川乳品", legal_representative=person)
    subject = SubjectRef("firm", firm)
    record(subject, {"firm_kind": "enterprise", "dishonest": True})
    client = browsers.resident(person, mandate_id=_legal_mandate(person))
    line = next(
        each
        for group in ("ask", "wait")
        for each in groups(client)[group]
        if each.policy == "stable-jobs-refund"
    )
    assert "失信" in line.sentence
    assert "还缺：缴费年度的最后一天" in line.sentence
    html = page(client, "/benefits/stable-jobs-refund/")
    shown = html
    assert "不符合：" in shown
    assert "按哪一版规定算，要看缴费年度的最后一天" in shown
    asked = page(client, "/benefits/questions/?policy=stable-jobs-refund")
    assert "这一项有" not in asked


def test_the_registers_kind_of_firm_spares_the_question(person: UUID) -> None:
    make_firm("敕勒川乳品", legal_representative=person)
    client = browsers.resident(person, mandate_id=_legal_mandate(person))
    shown = page(client, "/benefits/stable-jobs-refund/")
    assert "按哪一版规定算" in shown
    asked = page(client, "/benefits/questions/?policy=stable-jobs-refund")
    assert "哪一年交的失业保险费" in asked


def test_a_firms_own_word_does_not_hide_the_registers(person: UUID) -> None:
    firm = make_firm("敕勒川乳品", legal_representative=person)
    record(SubjectRef("firm", firm), {"firm_kind": "government"}, source="单位填报")
    client = browsers.resident(person, mandate_id=_legal_mandate(person))
    line = next(
        each
        for lines in groups(client).values()
        for each in lines
        if each.policy == "stable-jobs-refund"
    )
    assert line.group == "ask"
