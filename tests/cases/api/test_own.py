"""A program reads its subject's cases, hears what is new, and does what the applicant may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from denghuo.cases.models import Appeal, Case, Document, PayAccount, Rating, Step
from denghuo.cases.public import (
    CaseView,
    Lacking,
    accept,
    ask_for_correction,
    close_case,
    start_review,
)
from denghuo.platform.public import look_ups_of
from tests.cases import world as w
from tests.cases.api.software import (
    ACCOUNT,
    bring,
    fresh_key,
    get,
    post,
    refused,
    software,
    told,
)
from tests.cases.pages.counter import SetClock

pytestmark = pytest.mark.django_db


def asked(world: w.World, *words: str) -> CaseView:
    case = w.opened(world)
    return ask_for_correction(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        items=[Lacking(each) for each in words],
        now=w.NOW,
    )


def closed(world: w.World) -> CaseView:
    """Refused, its days to appeal over, closed."""
    case = w.decided(world, result="refused")
    return close_case(
        actor=world.office.officer,
        case_id=case.id,
        version=case.version,
        now=w.NOW + timedelta(days=70),
    )


@pytest.fixture
def late(clock: SetClock, unlimited: None) -> w.World:
    """Somebody whose refusal is right: three months insured."""
    return w.make_world({**w.ENTITLED, "person_insured_months": 3})


# Reading


def test_the_list_goes_by_marks_that_new_cases_do_not_move(
    known_world: w.World, clock: SetClock
) -> None:
    client = software(known_world)
    for number in range(5):
        w.opened(known_world, period=f"A{number}", now=w.NOW + timedelta(minutes=number))
    first = told(get(client, "/cases", limit=2))
    w.opened(known_world, period="A9", now=w.NOW + timedelta(minutes=9))
    second = told(get(client, "/cases", limit=2, after=first["next"]))
    third = told(get(client, "/cases", limit=2, after=second["next"]))
    assert third["next"] is None
    found = [one["period"] for page in (first, second, third) for one in page["cases"]]
    assert found == ["A4", "A3", "A2", "A1", "A0"]


def test_rows_of_one_instant_are_neither_lost_nor_told_twice(known_world: w.World) -> None:
    client = software(known_world)
    for number in range(5):
        w.opened(known_world, period=f"A{number}")
    found, after = [], ""
    while True:
        page = told(get(client, "/cases", limit=2, after=after))
        found += [one["number"] for one in page["cases"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(found) == sorted(Case.objects.values_list("number", flat=True))


@pytest.mark.parametrize(
    "mark", ["x", "e30", "WzFd", "4pi6", "WyIyMDI1IiwgMV0", "=", "W251bGwse31d"]
)
def test_a_mark_nobody_gave_is_refused(known_world: w.World, mark: str) -> None:
    w.opened(known_world)
    answer = get(software(known_world), "/cases", after=mark)
    assert refused(answer, 422) == "platform.not_mark"
    assert answer.json()["error"]["field"] == "after"


def test_the_whole_story(known_world: w.World) -> None:
    w.fund()
    case = w.payable(known_world)
    client = software(known_world)
    story = told(get(client, f"/cases/{case.number}"))
    assert story["case"]["state"] == "payable"
    assert story["case"]["amount_fen"] == 150_000
    assert [one["kind"] for one in story["steps"]][:2] == ["submit", "accept"]
    assert [(one["result"], one["amount_fen"]) for one in story["decisions"]] == [
        ("approved", 150_000)
    ]
    assert story["account"]["tail"] == w.CARD[-4:]
    assert story["notice_from"] == "2025-09-01"
    assert story["payments"][0]["amount_fen"] == 150_000
    assert w.CARD not in str(story)
    assert "看办件进度" in [one.purpose for one in look_ups_of(known_world.subject).entries]


def test_why_not_is_told_with_its_basis_and_last_day(late: w.World) -> None:
    case = w.decided(late, result="refused")
    [decision] = told(get(software(late), f"/cases/{case.number}"))["decisions"]
    assert decision["result"] == "refused"
    assert decision["appeal_until"] == "2025-10-31"
    assert any("person_insured_months" in one["facts"] for one in decision["reasons"])
    assert all(one["sentence"] for one in decision["reasons"])


# What is new


def heard(client: Client, since: str = "", **query: Any) -> tuple[list[tuple[str, int]], str, bool]:
    found = told(get(client, "/cases/changes", since=since, **query))
    return (
        [(one["kind"], one["version"]) for one in found["changes"]],
        found["next"],
        found["more"],
    )


def test_changes_since_a_mark_are_told_once(known_world: w.World, clock: SetClock) -> None:
    client = software(known_world)
    case = w.opened(known_world)
    first, mark, more = heard(client)
    assert ([kind for kind, _ in first], more) == (["submit"], False)
    assert heard(client, mark)[0] == []
    accept(actor=known_world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    second, after, _more = heard(client, mark)
    assert [kind for kind, _ in second] == ["accept"]
    # The line broke before the answer came: the same question has the same answer.
    assert heard(client, mark)[0] == second
    assert heard(client, after)[0] == []


def test_a_step_that_was_dated_before_the_mark_and_written_after_it_is_told(
    known_world: w.World, clock: SetClock
) -> None:
    client = software(known_world)
    slow, quick = (w.opened(known_world, period=period) for period in ("A1", "A2"))
    _told, mark, _more = heard(client)
    office = known_world.office.officer
    later = w.NOW + timedelta(minutes=30)
    clock(later)
    accept(actor=office, case_id=quick.id, version=quick.version, now=later)
    second, mark, _more = heard(client, mark)
    assert len(second) == 1
    # A long job began first and ends last.
    accept(actor=office, case_id=slow.id, version=slow.version, now=w.NOW + timedelta(minutes=1))
    third, _mark, _more = heard(client, mark)
    assert third == [("accept", w.row(slow).version)]


def test_a_long_story_is_told_in_parts_and_the_mark_stays_short(
    known_world: w.World, clock: SetClock
) -> None:
    client = software(known_world)
    for number in range(6):
        w.opened(known_world, period=f"A{number}")
    told_so_far: list[tuple[str, int]] = []
    mark, more, parts = "", True, 0
    while more:
        part, mark, more = heard(client, mark, limit=4)
        told_so_far += part
        parts += 1
    assert len(told_so_far) == 6
    assert parts == 2
    clock(w.NOW + timedelta(days=3))
    later = heard(client, mark)
    assert later[0] == []
    assert len(later[1]) < 80


def test_what_only_concerns_the_desk_is_not_told(known_world: w.World) -> None:
    client = software(known_world)
    case = w.accepted(known_world)
    mark = heard(client)[1]
    office = known_world.office.officer
    start_review(actor=office, case_id=case.id, version=case.version, now=w.NOW)
    changes, mark, _more = heard(client, mark)
    assert changes == []
    assert heard(client, mark)[0] == []


def test_hearing_nothing_is_no_look(known_world: w.World) -> None:
    client = software(known_world)
    w.opened(known_world)
    mark = heard(client)[1]
    before = look_ups_of(known_world.subject).total
    heard(client, mark)
    assert look_ups_of(known_world.subject).total == before > 0


@pytest.mark.parametrize("mark", ["x", "e30", "WzFd", "W251bGwsMV0", "WyIyMDI1Iix7fV0"])
def test_a_feed_mark_nobody_gave_is_refused(known_world: w.World, mark: str) -> None:
    answer = get(software(known_world), "/cases/changes", since=mark)
    assert refused(answer, 422) == "platform.not_mark"


# Acting


def test_a_correction_is_answered_in_parts_with_a_document(
    known_world: w.World,
) -> None:
    case = asked(known_world, "身份证复印件", "电话")
    client = software(known_world)
    path = f"/cases/{case.number}"
    [opened] = told(get(client, path))["corrections"]
    paper, phone = opened["asked"]
    document = told(bring(client, f"{path}/documents", asked=paper["id"]), 201)
    body = {
        "version": case.version,
        "answers": [{"asked": paper["id"], "words": "", "documents": [document["id"]]}],
    }
    part = told(post(client, f"{path}/correction", body))
    assert part["state"] == "incomplete"
    whole = {
        "version": part["version"],
        "answers": [{"asked": phone["id"], "words": "12000000001"}],
    }
    assert told(post(client, f"{path}/correction", whole))["state"] == "accepted"
    [story] = told(get(client, path))["corrections"]
    assert [one["documents"] for one in story["asked"]] == [[document["id"]], []]


def test_an_old_version_is_told_who_was_faster(known_world: w.World) -> None:
    case = w.opened(known_world)
    accept(actor=known_world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    body = {"version": case.version, "note": ""}
    answer = post(software(known_world), f"/cases/{case.number}/withdraw", body)
    assert refused(answer, 409) == "cases.changed"
    assert "娜仁" in answer.json()["error"]["message"]


def test_withdrawn(known_world: w.World) -> None:
    case = w.opened(known_world)
    body = {"version": case.version, "note": "先不办了"}
    answer = post(software(known_world), f"/cases/{case.number}/withdraw", body)
    assert told(answer)["state"] == "withdrawn"


def test_an_account_is_the_applicants_own(known_world: w.World) -> None:
    case = w.decided(known_world)
    client = software(known_world)
    path = f"/cases/{case.number}/account"
    for field, value in (("holder", "别人"), ("number", "6222000000000001"), ("bank", "8888")):
        answer = post(client, path, {"version": case.version, **ACCOUNT, field: value})
        assert answer.status_code == 422
        assert answer.json()["error"]["field"] == field
    told(post(client, path, {"version": case.version, **ACCOUNT}))
    assert PayAccount.objects.get().account_no == w.CARD


def test_an_appeal_once_and_in_time(late: w.World, clock: SetClock) -> None:
    case = w.decided(late, result="refused")
    client = software(late)
    path = f"/cases/{case.number}/appeal"
    appealed = told(post(client, path, {"version": case.version, "words": "少算了两个月"}))
    assert appealed["state"] == "appealed"
    again = post(client, path, {"version": appealed["version"], "words": "再来"})
    assert refused(again, 409) == "cases.second_appeal"
    assert Appeal.objects.get().words == "少算了两个月"


def test_an_appeal_too_late(late: w.World, clock: SetClock) -> None:
    case = w.decided(late, result="refused")
    later = w.NOW + timedelta(days=61)
    clock(later)
    client = software(late, now=later)
    body = {"version": case.version, "words": "少算了两个月"}
    assert (
        refused(post(client, f"/cases/{case.number}/appeal", body), 409) == "cases.appeal_too_late"
    )
    assert not Appeal.objects.exists()


def test_rated_once_after_the_end(late: w.World) -> None:
    case = closed(late)
    client = software(late)
    path = f"/cases/{case.number}/rating"
    told(post(client, path, {"level": 2, "words": "等得久"}))
    assert refused(post(client, path, {"level": 5}), 409) == "cases.rated"
    assert Rating.objects.get().level == 2
    other = w.opened(w.make_world())
    assert refused(post(client, f"/cases/{other.number}/rating", {"level": 5}), 404)


# Who may, once, and what is no body


def writes(case: CaseView) -> dict[str, dict[str, Any]]:
    """Every act of JSON, with a body that is whole for any case."""
    path = f"/cases/{case.number}"
    return {
        f"{path}/correction": {
            "version": case.version,
            "answers": [{"asked": str(uuid4()), "words": "x"}],
        },
        f"{path}/withdraw": {"version": case.version},
        f"{path}/account": {"version": case.version, **ACCOUNT},
        f"{path}/appeal": {"version": case.version, "words": "x"},
        f"{path}/rating": {"level": 5},
    }


def test_another_party_finds_no_case(known_world: w.World) -> None:
    case = w.opened(known_world)
    steps = Step.objects.count()
    other = software(w.make_world())
    for path, body in writes(case).items():
        assert refused(post(other, path, body), 404) == "cases.not_found", path
    brought = bring(other, f"/cases/{case.number}/documents", asked=str(uuid4()))
    assert refused(brought, 404) == "cases.not_found"
    there = get(other, f"/cases/{case.number}").json()["error"]
    nowhere = get(other, "/cases/JN-150102-2025-99999999").json()["error"]
    assert (there["code"], there["message"]) == (nowhere["code"], nowhere["message"])
    assert told(get(other, "/cases"))["cases"] == []
    assert heard(other)[0] == []
    assert Step.objects.count() == steps


def test_a_key_does_what_its_scopes_name_and_no_more(known_world: w.World) -> None:
    case = w.opened(known_world)
    steps = Step.objects.count()
    reader = software(known_world, "read")
    for path, body in writes(case).items():
        assert refused(post(reader, path, body), 403) == "cases.scope_missing", path
    brought = bring(reader, f"/cases/{case.number}/documents", asked=str(uuid4()))
    assert refused(brought, 403) == "cases.scope_missing"
    writer = software(known_world, "apply", "documents")
    assert refused(get(writer, "/cases"), 403) == "cases.scope_missing"
    assert refused(get(writer, f"/cases/{case.number}"), 403) == "cases.scope_missing"
    assert refused(get(writer, "/cases/changes"), 403) == "cases.scope_missing"
    without_money = software(known_world, "read", "apply", "documents")
    account = {"version": case.version, **ACCOUNT}
    answer = post(without_money, f"/cases/{case.number}/account", account)
    assert refused(answer, 403) == "cases.scope_missing"
    assert Step.objects.count() == steps


def test_nobody_is_asked_to_sign_in(known_world: w.World) -> None:
    case = w.opened(known_world)
    for path, body in writes(case).items():
        assert refused(post(Client(), path, body), 401) == "platform.sign_in_needed"
    for path in ("/cases", "/cases/changes", f"/cases/{case.number}"):
        assert refused(get(Client(), path), 401) == "platform.sign_in_needed"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": 1, "more": 1},
        {"version": "one"},
        {"version": -1},
        {"version": 1, "note": "x" * 501},
        {"version": 1, "note": None},
        [],
    ],
)
def test_a_body_that_is_none_changes_nothing(known_world: w.World, body: object) -> None:
    case = w.opened(known_world)
    answer = post(software(known_world), f"/cases/{case.number}/withdraw", body)
    assert refused(answer, 422) == "api.unreadable_input"
    assert w.row(case).state == "submitted"


def test_the_same_key_again_is_the_same_answer_even_after_the_case_went_on(
    known_world: w.World,
) -> None:
    case = w.decided(known_world)
    client, key = software(known_world), fresh_key()
    path, body = f"/cases/{case.number}/account", {"version": case.version, **ACCOUNT}
    first = told(post(client, path, body, key=key))
    w.noticed(known_world, w.seen(known_world, case))
    again = post(client, path, body, key=key)
    assert told(again) == first
    assert again.headers["Idempotency-Replayed"] == "true"
    assert PayAccount.objects.count() == 1
    other = post(client, path, {**body, "bank": "建设银行"}, key=key)
    assert refused(other, 409) == "platform.key_reused"
    # Another program's key of the same words is its own.
    assert refused(post(software(known_world), path, body, key=key), 409) == "cases.changed"


def test_threads_with_one_key_withdraw_once(
    transactional_db: None, known_world: w.World, in_threads: Callable[..., list[object]]
) -> None:
    case = w.opened(known_world)
    client, key = software(known_world), fresh_key()
    body = {"version": case.version}
    one = lambda: post(client, f"/cases/{case.number}/withdraw", body, key=key)  # noqa: E731
    answers = [told(each) for each in in_threads(*[one] * 4)]
    assert {each["version"] for each in answers} == {case.version + 1}
    assert Step.objects.filter(case=case.id, kind="withdraw").count() == 1


def test_threads_with_one_key_bring_one_document(
    transactional_db: None, known_world: w.World, in_threads: Callable[..., list[object]]
) -> None:
    case = asked(known_world, "身份证复印件")
    client, key, point = software(known_world), fresh_key(), str(uuid4())
    path = f"/cases/{case.number}/documents"
    answers = in_threads(*[lambda: bring(client, path, key=key, asked=point)] * 4)
    for answer in answers:
        if answer.status_code != 201:  # type: ignore[attr-defined]
            assert refused(answer, 409) == "platform.key_at_work"
            assert answer.headers["Retry-After"] == "5"  # type: ignore[attr-defined]
    again = told(bring(client, path, key=key, asked=point), 201)
    assert Document.objects.get(case=case.id).pk == UUID(again["id"])
    assert {each.json()["id"] for each in answers if each.status_code == 201} == {again["id"]}  # type: ignore[attr-defined]
