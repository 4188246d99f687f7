"""The API explains exactly what the logic answers, to whoever may know it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from denghuo.api.explain import PURPOSE
from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.mandates import give_mandate
from denghuo.platform.public import SYSTEM, look_ups_of
from denghuo.policy.public import (
    FactKind,
    FactSpec,
    NewFact,
    answer,
    answer_json,
    known_facts,
    library,
    next_question,
    policy,
    record_facts,
    registry,
)
from tests.api.programs import BASE, program, staff_key, subject_key
from tests.factories.people import CHIFENG, NOW, make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db

EXPLAIN = f"{BASE}/explain"
FIRM_POLICY = "stable-jobs-refund"
LANGUAGES = ("zh", "en", "mn")
# The worked sum of the service facts: 60 % of 186,400.00 yuan.
FACTS: dict[str, object] = {
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


def ask(client: Client, **body: object) -> Any:
    return client.post(EXPLAIN, body, content_type="application/json")


def logic_says(
    policy_id: str, facts: dict[str, object], as_of: date, language: str = "zh"
) -> dict[str, Any]:
    definition = policy(policy_id)
    known = known_facts(registry(), facts, source="接口")
    used = {name: fact for name, fact in known.items() if name in definition.specs}
    return answer_json(answer(definition, used, as_of, language=language), language)


def raw_values(spec: FactSpec) -> st.SearchStrategy[object]:
    """Anything a program may send for a fact, in and out of its bounds."""
    inside: st.SearchStrategy[object]
    match spec.kind:
        case FactKind.BOOL:
            inside = st.booleans()
        case FactKind.DATE:
            inside = st.dates(date(1950, 1, 1), date(2060, 1, 1)).map(date.isoformat)
        case FactKind.CODE:
            inside = st.sampled_from(sorted(spec.values) or ["150102"])
        case FactKind.DECIMAL:
            low, high = spec.number_bounds
            inside = st.integers(low, high).map(lambda held: _exact(held, spec.scale))
        case _:
            low, high = spec.number_bounds
            inside = st.integers(low - 2, high + 2) | st.integers(low, min(high, low + 200))
    return st.none() | inside


def _exact(held: int, scale: int) -> str:
    sign, digits = "-" if held < 0 else "", str(abs(held)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, object], date, str]:
    policy_id = draw(st.sampled_from(sorted(library())))
    specs = policy(policy_id).specs
    names = draw(st.lists(st.sampled_from(sorted(specs)), unique=True))
    facts = {name: draw(raw_values(specs[name])) for name in names}
    as_of = draw(st.dates(date(2015, 1, 1), date(2035, 1, 1)))
    return policy_id, facts, as_of, draw(st.sampled_from(LANGUAGES))


def test_the_worked_sum(client: Client) -> None:
    [found] = ask(client, policies=[FIRM_POLICY], facts=FACTS, as_of="2025-09-01").json()
    assert (found["verdict"], found["amount"], found["amount_unit"]) == (
        "entitled",
        11_184_000,
        "fen",
    )
    assert found["arithmetic"]
    assert all(condition["result"] is True for condition in found["conditions"])


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=questions())
def test_the_api_answers_as_the_logic_does(
    unlimited: None, asked: tuple[str, dict[str, object], date, str]
) -> None:
    policy_id, facts, as_of, language = asked
    sent = ask(
        Client(), policies=[policy_id], facts=facts, as_of=as_of.isoformat(), language=language
    )
    assert sent.status_code == 200, sent.content
    assert sent.json() == [logic_says(policy_id, facts, as_of, language)]


def test_the_whole_library_when_none_is_named(client: Client) -> None:
    found = ask(client, facts={"is_graduate": True}, as_of="2025-09-01").json()
    assert [each["policy"] for each in found] == list(library())
    named = ask(client, policies=[FIRM_POLICY, FIRM_POLICY]).json()
    assert [each["policy"] for each in named] == [FIRM_POLICY]


def test_known_on_answers_by_the_rules_public_then(client: Client) -> None:
    body = {"policies": [FIRM_POLICY], "facts": FACTS, "as_of": "2025-09-01"}
    [then] = ask(client, **body, known_on="2020-01-01").json()
    assert (then["verdict"], then["known_on"]) == ("no_rule", "2020-01-01")
    [now] = ask(client, **body).json()
    assert (now["verdict"], now["known_on"]) == ("entitled", None)


def test_the_next_question_is_the_logics(client: Client) -> None:
    facts: dict[str, object] = {"firm_kind": "enterprise"}
    body = {"policies": [FIRM_POLICY], "facts": facts, "as_of": "2025-09-01"}
    sent = client.post(f"{EXPLAIN}/next-question", body, content_type="application/json")
    expected = next_question(
        [policy(FIRM_POLICY)], known_facts(registry(), facts), date(2025, 9, 1)
    )
    assert expected is not None
    assert sent.json()["fact"] == expected.spec.name
    told = {**FACTS, "laid_off_count": 30}
    done = client.post(
        f"{EXPLAIN}/next-question", {**body, "facts": told}, content_type="application/json"
    )
    assert done.json() is None


# A subject's own facts ------------------------------------------------------------------------


def hold(subject: SubjectRef, facts: dict[str, object], known_at: datetime = NOW) -> None:
    """An office delivered these facts at an instant."""
    record_facts(
        actor=SYSTEM,
        facts=[
            NewFact(subject, name, raw, "社会保险登记", known_at.date())
            for name, raw in facts.items()
        ],
        registry=registry(),
        now=known_at,
    )


@pytest.fixture
def firm() -> SubjectRef:
    """A small firm in Hohhot with what the offices hold about it."""
    owner = SubjectRef("firm", make_firm())
    hold(owner, {name: raw for name, raw in FACTS.items() if name != "size_class"})
    return owner


def about(client: Client, subject: SubjectRef, **more: object) -> Any:
    return ask(client, subject=str(subject), policies=[FIRM_POLICY], as_of="2025-09-01", **more)


def purposes(subject: SubjectRef) -> list[str]:
    return [look.purpose for look in look_ups_of(subject).entries]


def test_its_own_program_reads_what_offices_and_register_hold(firm: SubjectRef) -> None:
    [found] = about(program(subject_key(firm)), firm).json()
    assert (found["verdict"], found["amount"]) == ("entitled", 11_184_000)
    sources = {fact["name"]: fact["source"] for one in found["conditions"] for fact in one["facts"]}
    assert sources["laid_off_count"] == "社会保险登记"
    assert purposes(firm) == [PURPOSE]


def test_a_key_without_the_scope_finds_nothing(firm: SubjectRef) -> None:
    refused = about(program(subject_key(firm, scopes=["apply"])), firm)
    assert refused.status_code == 404
    assert purposes(firm) == []


def test_another_firms_program_learns_nothing(firm: SubjectRef) -> None:
    client = program(subject_key(SubjectRef("firm", make_firm("另一家"))))
    theirs = about(client, firm)
    nobodys = about(client, SubjectRef("firm", uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    words = {answer.json()["error"]["message"] for answer in (theirs, nobodys)}
    assert len(words) == 1
    assert purposes(firm) == []


@pytest.mark.parametrize("subject", ["firm:1", "thing:x", "person:", ":", "firm"])
def test_what_names_no_subject_is_nobody(client: Client, subject: str) -> None:
    assert ask(client, subject=subject).status_code == 404


def test_nobody_learns_nothing(client: Client, firm: SubjectRef) -> None:
    assert about(client, firm).status_code == 404


def test_staff_of_the_area_with_a_file_role_may_look_and_it_is_written(firm: SubjectRef) -> None:
    officer = make_staff("officer", roles=("officer",))
    assert about(program(staff_key(officer)), firm).status_code == 200
    [look] = look_ups_of(firm).entries
    assert (look.actor, look.purpose) == (f"staff:{officer}", PURPOSE)


def test_staff_of_elsewhere_or_without_the_role_may_not(firm: SubjectRef) -> None:
    elsewhere = make_staff("elsewhere", roles=("officer",), area=CHIFENG)
    other = make_staff("other", roles=("policy_officer", "operator"))
    for staff_id in (elsewhere, other):
        assert about(program(staff_key(staff_id)), firm).status_code == 404
    assert purposes(firm) == []


def test_a_person_reads_themselves_in_the_browser_unwritten() -> None:
    person_id = make_person()
    me = SubjectRef("person", person_id)
    browser = browsers.resident(person_id)
    assert ask(browser, subject=str(me)).status_code == 200
    assert purposes(me) == []
    other = SubjectRef("person", make_person())
    assert ask(browser, subject=str(other)).status_code == 404


def mandate_to(receiver: UUID, scope: str) -> tuple[SubjectRef, UUID]:
    """Somebody else, and the receiver's mandate from them."""
    giver = SubjectRef("person", make_person("乌兰"))
    mandate_id = give_mandate(
        giver=giver,
        scopes=[scope],
        start_on=date(2020, 1, 1),
        until_on=None,
        how="legal",
        to_person=receiver,
        actor=SYSTEM,
        now=NOW,
    )
    return giver, mandate_id


def test_a_relative_reads_under_a_mandate_that_says_so() -> None:
    receiver = make_person("巴特尔")
    giver, to_read = mandate_to(receiver, "read")
    other, to_carry = mandate_to(receiver, "documents")
    acting = browsers.resident(receiver, mandate_id=to_read)
    assert ask(acting, subject=str(giver)).status_code == 200
    assert purposes(giver) == [PURPOSE]
    assert ask(acting, subject=str(other)).status_code == 404
    carrying = browsers.resident(receiver, mandate_id=to_carry)
    assert ask(carrying, subject=str(other)).status_code == 404
    assert ask(browsers.resident(receiver), subject=str(giver)).status_code == 404
    assert purposes(other) == []


def test_a_subject_and_facts_together_are_refused(firm: SubjectRef) -> None:
    refused = about(program(subject_key(firm)), firm, facts={"laid_off_count": 0})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "api.subject_or_facts"


def test_a_policy_for_others_is_refused_by_name_and_left_out_of_all(firm: SubjectRef) -> None:
    client = program(subject_key(firm))
    named = ask(client, subject=str(firm), policies=["startup-grant"])
    assert named.json()["error"]["code"] == "api.not_for_subject"
    every = ask(client, subject=str(firm)).json()
    assert {policy(each["policy"]).audience for each in every} == {"firm"}
    assert len(every) == sum(each.audience == "firm" for each in library().values())


def test_known_on_leaves_out_what_was_learnt_later() -> None:
    early = datetime(2025, 9, 10, 4, tzinfo=UTC)
    firm = SubjectRef("firm", make_firm(now=early))
    told = {name: raw for name, raw in FACTS.items() if name != "size_class"}
    hold(firm, {**told, "laid_off_count": None}, early)
    hold(firm, {"laid_off_count": 2}, early + timedelta(days=5))
    client = program(subject_key(firm))

    def verdict(**more: object) -> str:
        [found] = about(client, firm, **more).json()
        return str(found["verdict"])

    assert verdict(known_on="2025-09-09") == "unknown"
    assert verdict(known_on="2025-09-14") == "unknown"
    assert verdict(known_on="2025-09-15") == "entitled"
    assert verdict() == "entitled"


def test_the_body_is_text_in_utf8(client: Client) -> None:
    [found] = ask(client, policies=[FIRM_POLICY], facts=FACTS, as_of="2025-09-01").json()
    assert found["name"] == policy(FIRM_POLICY).names.zh
    english = {"policies": [FIRM_POLICY], "facts": FACTS, "as_of": "2025-09-01", "language": "en"}
    sent = client.post(EXPLAIN, json.dumps(english), content_type="application/json")
    assert sent.json()[0]["name"] == policy(FIRM_POLICY).names.in_language("en")
