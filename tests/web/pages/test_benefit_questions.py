"""The questions flow: sensible first, back and skip and second tabs, nothing lost or forged."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.people import sessions
from denghuo.people.models import Mandate
from denghuo.policy.models import FactRecord
from denghuo.policy.public import facts_of, registry
from denghuo.web import drafts
from tests.factories.people import make_firm, make_person, phone
from tests.people import browsers
from tests.web.pages.visitors import (
    CHINESE,
    TOLD,
    WANTS_NOTHING,
    answer,
    begin,
    fact_asked,
    founder,
    person_ref,
    record,
    skip,
    tell_everything,
)

pytestmark = pytest.mark.django_db
ASK = "/benefits/questions/"


@pytest.fixture
def person(db: None) -> UUID:
    return make_person("萨如拉", phone=phone())


def held(person: UUID) -> dict[str, object]:
    found = facts_of(person_ref(person), registry=registry())
    return {name: record.known.value for name, record in found.items()}


# The road through


def test_wishes_are_asked_first_and_together() -> None:
    page = begin(Client())
    assert fact_asked(page) == "wishes"
    assert page.count('type="checkbox"') == 5
    assert "学一门手艺" in page


def test_a_villager_who_wants_nothing_answers_a_handful() -> None:
    asked = tell_everything(Client(), {"wishes": []})
    assert asked[0] == "wishes"
    assert len(asked) <= 6
    assert {registry()[name].kind.value for name in asked[1:]} <= {"bool", "code"}


def test_who_skips_everything_is_soon_done() -> None:
    client = Client()
    page, asked = begin(client), 0
    while name := fact_asked(page):
        page = skip(client, name)
        asked += 1
    assert asked <= 8
    assert "现在还没有找到直接属于您的" in page


def test_a_founder_reaches_a_decided_answer_without_signing_in() -> None:
    client = Client()
    tell_everything(client, TOLD)
    page = client.get("/benefits/").content.decode()
    assert "10,000 元" in page
    assert "现在是按您自己填的算的" in page
    assert "再答几个问题" not in page
    found = client.get("/benefits/startup-grant/").content.decode()
    assert "本人填报" in found
    assert "改一改" in found
    assert "/dispute/" not in found


def test_a_firm_can_ask_too() -> None:
    client = Client()
    page = begin(client, "firm")
    assert fact_asked(page) == "firm_wants_loan"
    answer(client, "firm_wants_loan", "false")
    assert "您单位能享的" in client.get("/benefits/").content.decode()


def test_figures_of_what_does_not_exist_are_never_asked() -> None:
    asked = tell_everything(Client(), {"wishes": []})
    assert {"loan_contract_on", "certificate_on", "venture_registered_on"}.isdisjoint(asked)


def test_one_policy_is_asked_to_its_end_and_shown() -> None:
    client = Client()
    page = client.get(f"{ASK}?policy=startup-rent").content.decode()
    assert fact_asked(page) == "is_graduate"
    assert "这一项有 5 个条件，0 个已经清楚" in page
    response = client.post(f"{ASK}?policy=startup-rent", {"fact": "is_graduate", "answer": "false"})
    assert response.status_code == 302
    response = client.get(response["Location"])
    assert response["Location"] == "/benefits/startup-rent/"


def test_progress_counts_what_is_settled() -> None:
    client = Client()
    page = begin(client)
    assert "一共 10 项，0 项已经有结果" in page
    assert 'max="10" value="0"' in page
    page = answer(client, "wishes", [])
    assert "一共 10 项，5 项已经有结果" in page


# Back, skip, second tab


def test_back_leads_through_what_was_answered() -> None:
    client = Client()
    begin(client)
    page = answer(client, "wishes", ["wants_loan"])
    second = fact_asked(page)
    assert f'href="{ASK}?fact=wishes"' in page
    page = client.get(f"{ASK}?fact=wishes").content.decode()
    assert 'value="wants_loan" checked' in page
    assert 'href="/benefits/"' in page
    # Answered anew, it goes on with what is still open.
    page = answer(client, "wishes", ["wants_loan"])
    assert fact_asked(page) == second


def test_an_answer_changed_by_going_back_counts() -> None:
    client = Client()
    begin(client)
    answer(client, "wishes", ["wants_loan"])
    assert fact_asked(answer(client, "wishes", [])) != "loan_asked"
    assert "loan_asked" not in client.get(ASK).content.decode()


def test_a_skipped_question_is_not_asked_again_but_can_be_gone_back_to() -> None:
    client = Client()
    begin(client)
    page = answer(client, "wishes", [])
    name = fact_asked(page)
    page = skip(client, name)
    assert fact_asked(page) not in ("", name)
    page = client.get(f"{ASK}?fact={name}").content.decode()
    assert fact_asked(page) == name
    answer(client, name, "graduate" if name == "key_group" else "true")
    assert fact_asked(client.get(ASK).content.decode()) != name


def test_a_second_tab_answers_its_own_question() -> None:
    client = Client()
    begin(client)
    answer(client, "wishes", [])
    first = "venture_registered"
    second = fact_asked(skip(client, first))
    assert second not in ("", first)
    # The tab that still shows the first question sends its answer now.
    answer(client, first, "true")
    draft = client.session["web.asking"][""]
    assert draft["facts"][first] is True
    assert second not in draft["facts"]


def test_a_form_opened_before_signing_in_is_not_recorded_for_somebody(person: UUID) -> None:
    client = browsers.resident(person)
    response = client.post(ASK, {"fact": "wants_loan", "answer": "true", "for": "nobody"})
    assert response.status_code == 409
    assert held(person) == {}


def test_sent_twice_an_answer_stands_once(person: UUID) -> None:
    client = browsers.resident(person)
    for _ in range(2):
        response = client.post(ASK, {"fact": "key_group", "answer": "graduate"})
        assert response.status_code == 302
    assert held(person) == {"key_group": "graduate"}
    assert FactRecord.objects.filter(subject_id=person).count() == 1


# What cannot be kept


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("loan_asked", "二十万", "请只写多少元"),
        ("loan_asked", "1e9", "请只写多少元"),
        ("loan_asked", "-5", "太小了"),
        ("loan_asked", "999999999999", "太大了"),
        ("venture_registered_on", "去年春天", "没看懂这个日期"),
        ("venture_registered_on", "2025-02-30", "没看懂这个日期"),
        ("jobs_insured_12m", "3.5", "请写整数"),
        ("jobs_insured_12m", "99999999", "太大了"),
        ("loan_rate", "百分之五", "请写数字"),
        ("key_group", "king", "请在下面选一个"),
        ("is_graduate", "maybe", "请在下面选一个"),
        ("is_graduate", "", "请选一个"),
        ("loan_asked", "  ", "请填一下"),
        ("loan_asked", "<script>alert(1)</script>", "请只写多少元"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(name: str, typed: str, sentence: str) -> None:
    client = Client()
    begin(client)
    response = client.post(ASK, {"fact": name, "answer": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert fact_asked(html) == name
    assert "<script>alert" not in html
    assert client.session["web.asking"][""]["facts"] == {}


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("loan_asked", "200,000 元", 20_000_000),
        ("loan_asked", "1234.5", 123_450),
        ("venture_registered_on", "2025年3月1日", "2025-03-01"),
        ("jobs_insured_12m", "３ 人", 3),
        ("loan_rate", "4.35%", "4.35"),
    ],
)
def test_what_people_write_is_understood(name: str, typed: str, kept: object) -> None:
    client = Client()
    begin(client)
    assert client.post(ASK, {"fact": name, "answer": typed}).status_code == 302
    assert client.session["web.asking"][""]["facts"][name] == kept


@pytest.mark.parametrize(
    "name",
    ["no_such_fact", "staff_count", "interest_own_part", "web.asking", "", "a" * 500],
)
def test_forged_names_change_nothing(person: UUID, name: str) -> None:
    """Unknown, a firm's, known to officers only, none at all."""
    for client in (browsers.resident(person), Client()):
        response = client.post(ASK, {"fact": name, "answer": "true"})
        assert response.status_code == 404
        assert "没有找到这条信息" in response.content.decode()
        if name:
            assert client.get(ASK, {"fact": name}).status_code == 404
    assert held(person) == {}


def test_an_offices_word_is_not_overwritten(person: UUID) -> None:
    record(person_ref(person), founder())
    client = browsers.resident(person)
    response = client.post(ASK, {"fact": "venture_is_first", "answer": "false"}, follow=True)
    assert held(person)["venture_is_first"] is True
    assert "部门已经有了" in response.content.decode()
    # Nor is it asked about.
    assert client.get(ASK, {"fact": "venture_is_first"}).status_code == 302


def test_a_firm_changes_its_own_word(person: UUID) -> None:
    firm = SubjectRef("firm", make_firm(legal_representative=person))
    record(firm, {"firm_wants_loan": True}, source="单位填报")
    mandate = Mandate.objects.get(to_person_id=person).pk
    client = browsers.resident(person, mandate_id=mandate)
    assert client.post(ASK, {"fact": "firm_wants_loan", "answer": "false"}).status_code == 302
    found = facts_of(firm, registry=registry())["firm_wants_loan"].known
    assert (found.value, found.source) == (False, "单位填报")


def test_an_offices_word_that_is_too_old_may_be_told_anew(person: UUID) -> None:
    record(person_ref(person), {"key_group": "other"})
    spec = registry()["key_group"]
    assert spec.max_age_days is not None
    FactRecord.objects.filter(subject_id=person).update(observed_on="2020-01-01")
    client = browsers.resident(person)
    assert client.post(ASK, {"fact": "key_group", "answer": "graduate"}).status_code == 302
    assert held(person)["key_group"] == "graduate"


def test_told_after_midnight_is_told_today(person: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight in the region is still yesterday in UTC."""
    night = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: night)
    client = browsers.resident(person)
    assert client.post(ASK, {"fact": "key_group", "answer": "graduate"}).status_code == 302
    found = facts_of(person_ref(person), registry=registry())["key_group"]
    assert str(found.known.observed_on) == "2026-11-24"


# Before and after signing in


def signed_in(client: Client, person: UUID) -> Client:
    """The same browser, after signing in."""
    request = RequestFactory().get("/")
    request.session = client.session
    sessions.sign_in_person(request, person, how="code")
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key or ""
    return client


def test_answers_given_before_signing_in_are_offered_and_taken_over(person: UUID) -> None:
    record(person_ref(person), {"venture_is_first": False})
    client = Client()
    tell_everything(client, TOLD)
    page = signed_in(client, person).get("/benefits/").content.decode()
    assert "是您答的吗" in page
    assert "高校毕业生" in page
    client.post("/benefits/keep/", {"keep": "1"})
    found = held(person)
    assert found["key_group"] == "graduate"
    assert found["wants_loan"] is False
    assert found["venture_is_first"] is False, "the office's word stands"
    page = client.get("/benefits/").content.decode()
    assert "是您答的吗" not in page
    client.post("/benefits/keep/", {"keep": "1"})
    assert held(person) == found


def test_a_neighbours_answers_can_be_refused(person: UUID) -> None:
    client = Client()
    tell_everything(client, TOLD)
    signed_in(client, person).post("/benefits/keep/", {"keep": "0"})
    assert held(person) == {}
    assert "是您答的吗" not in client.get("/benefits/").content.decode()


def test_wiping_leaves_nothing() -> None:
    client = Client()
    tell_everything(client, TOLD)
    page = client.post("/benefits/end/", follow=True).content.decode()
    assert "已经清掉了" in page
    assert "我替自己问" in page
    assert "web.asking" not in client.session


def test_a_session_from_another_time_does_not_stop_anybody() -> None:
    """Facts renamed since, odd shapes: as good as not said."""
    client = Client()
    session = client.session
    session["web.asking"] = {
        "": {"kind": "person", "facts": {"gone": 1, "key_group": "king"}, "asked": ["gone"]}
    }
    session.save()
    assert client.get("/benefits/").status_code == 200
    assert client.get(ASK).status_code == 200
    session["web.asking"] = ["not", "a", "draft"]
    session.save()
    assert client.get("/benefits/").status_code == 200


def test_the_session_stays_small() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    for number in range(30):
        drafts.write_draft(
            request,  # type: ignore[arg-type]
            person_ref(UUID(int=number)),
            drafts.Draft(skipped=["x"]),
        )
    assert len(request.session["web.asking"]) <= 9


# Words


def test_every_question_can_be_put_in_chinese_and_english(person: UUID) -> None:
    client = browsers.resident(person)
    client.cookies["django_language"] = "en"
    names = [
        name
        for name, spec in registry().items()
        if spec.subject == "person" and spec.question and spec.ask.value != "never"
    ]
    assert len(names) > 40
    for name in names:
        html = client.get(ASK, {"fact": name}).content.decode()
        assert fact_asked(html) == name
        main = html.partition("<main")[2].partition("</main>")[0]
        assert CHINESE.findall(main) == [], name


def test_nothing_is_asked_where_nothing_can_change(person: UUID) -> None:
    record(person_ref(person), founder() | {"in_incubator": False, "startup_grant_paid": 1_000_000})
    record(person_ref(person), WANTS_NOTHING, source="本人填报")
    response = browsers.resident(person).get(ASK)
    assert response.status_code == 302
    assert response["Location"] == "/benefits/"


# A firm


YEAR = "contribution_year_ends_on"


def firm_at_the_year(client: Client) -> None:
    begin(client, "firm")
    for name, value in (("firm_wants_loan", "false"), ("firm_has_guaranteed_loan", "false"),
                        ("practice_unit", "false"), ("pool_bank", "false")):  # fmt: skip
        answer(client, name, value)
    assert fact_asked(answer(client, "firm_kind", "enterprise")) == YEAR


@pytest.mark.parametrize("typed", ["2024", " 2024年", "２０２４", "2024-12-31", "20240601"])
def test_the_year_is_asked_as_a_year(typed: str) -> None:
    client = Client()
    firm_at_the_year(client)
    page = client.get(ASK).content.decode()
    assert "哪一年交的失业保险费" in page
    assert "4 位数字" in page
    answer(client, YEAR, typed)
    assert client.session["web.asking"][""]["facts"][YEAR] == "2024-12-31"
    again = client.get(f"{ASK}?fact={YEAR}").content.decode()
    assert 'value="2024"' in again


@pytest.mark.parametrize("typed", ["去年", "24", "12/31", "0000", "3024", "202"])
def test_what_is_no_year_is_asked_again(typed: str) -> None:
    client = Client()
    firm_at_the_year(client)
    response = client.post(ASK, {"fact": YEAR, "answer": typed})
    assert response.status_code == 422
    assert "没看懂是哪一年" in response.content.decode()


def test_an_ordinary_firm_is_asked_gates_before_figures() -> None:
    client = Client()
    firm_at_the_year(client)
    page = client.get("/benefits/").content.decode()
    assert "再答几个问题，还有 1 项能有结果" in page
