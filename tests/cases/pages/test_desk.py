"""The staff's desk: the list by due date, the file, every deed by its form, many at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from denghuo.cases.actions.desk import assign
from denghuo.cases.models import Case, CaseNote, Objection, Recusal
from denghuo.cases.public import CaseView, accept, appeal, object_to_notice
from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry
from denghuo.platform.public import Actor
from tests.cases import world as w
from tests.cases.actions.test_appealing import limit
from tests.cases.actions.test_founding import FIRM, asked, founder_of
from tests.cases.pages.counter import SetClock, page
from tests.cases.test_invariants_money import paid_case
from tests.factories.people import as_resident, make_firm, make_person
from tests.people import browsers

pytestmark = pytest.mark.django_db


def at_desk(actor: Actor) -> Client:
    assert actor.staff_id is not None
    return browsers.staff(actor.staff_id)


def send(client: Client, case: CaseView, deed: str, **typed: object) -> Any:
    row = Case.objects.get(pk=case.id)
    given = {"version": row.version, **typed}
    return client.post(f"/desk/cases/{case.number}/{deed}/", given)


def state(case: CaseView) -> str:
    return str(Case.objects.values_list("state", flat=True).get(pk=case.id))


def test_the_list_shows_what_is_due_in_words_and_not_other_offices(known_world: w.World) -> None:
    case = w.accepted(known_world)
    desk = at_desk(known_world.office.officer)
    shown = page(desk.get("/desk/cases/?tab=all"))
    assert case.number in shown
    assert "个工作日" in shown
    assert "乌云其木格" not in shown, "a list masks the names of persons"
    other = at_desk(w.staff("far", "officer", area=Region.read("1502")))
    assert case.number not in page(other.get("/desk/cases/?tab=all"))
    assert other.get(f"/desk/cases/{case.number}/").status_code == 404
    assert Client().get("/desk/cases/").status_code == 302


def test_tabs_search_and_filters(known_world: w.World, clock: SetClock) -> None:
    case = w.accepted(known_world)
    desk = at_desk(known_world.office.officer)
    assert case.number not in page(desk.get("/desk/cases/"))
    assign(actor=known_world.office.officer, case_id=case.id, version=case.version, now=w.NOW)
    assert case.number in page(desk.get("/desk/cases/")), "the first list is one's own"
    assert case.number in page(desk.get(f"/desk/cases/?q={case.number}"))
    for words in (case.number[8:15], case.number[-6:], "乌云其木格"):
        assert case.number in page(desk.post("/desk/cases/", {"q": words}, follow=True))
    assert case.number not in page(desk.get("/desk/cases/?tab=late"))
    clock(w.NOW + timedelta(days=90))
    desk = at_desk(known_world.office.officer)
    assert case.number in page(desk.get("/desk/cases/?tab=late"))
    for nonsense in ("?after=%00", "?area=x", "?state=no&item=no&colour=no", "?tab=none"):
        assert desk.get(f"/desk/cases/{nonsense}").status_code == 200


def test_a_name_searched_for_stands_in_no_address(known_world: w.World, clock: SetClock) -> None:
    case = w.accepted(known_world)
    desk = at_desk(known_world.office.officer)
    assert case.number not in page(desk.get("/desk/cases/?q=乌云其木格&tab=all&state=closed"))
    sent = desk.post("/desk/cases/", {"q": "乌云其木格", "tab": "all", "item": w.SKILL})
    address = sent["Location"]
    assert "乌云" not in unquote(address)
    assert f"item={w.SKILL}" in address
    shown = page(desk.get(address))
    assert case.number in shown
    assert 'value="乌云其木格"' in shown, "the words stay in the box"
    assert "乌云" not in "".join(unquote(href) for href in re.findall(r'href="([^"]*)"', shown))
    export = re.search(r'href="(export\.csv[^"]*)"', shown)
    assert export
    table = desk.get(f"/desk/cases/{export[1].replace('&amp;', '&')}")
    assert case.number in b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]
    stranger = at_desk(w.staff("another", "officer", area=w.HOHHOT))
    assert "一刻钟" in page(stranger.get(address)), "another's words are not shown"
    clock(w.NOW + timedelta(minutes=16))
    assert "一刻钟" in page(desk.get(address))


def test_a_case_from_submitted_to_approved_by_its_forms(known_world: w.World) -> None:
    case = w.opened(known_world)
    office = known_world.office
    officer, reviewer = at_desk(office.officer), at_desk(office.reviewer)
    for deed, expected in (
        ("accept", "accepted"),
        ("start_review", "in_review"),
        ("verify", "verified"),
        ("propose", "proposed"),
    ):
        answer = send(officer, case, deed, result="approved", note="看过了")
        assert answer.status_code == 302, page(answer)
        assert state(case) == expected
    refused = send(officer, case, "approve")
    assert refused.status_code == 403
    assert state(case) == "proposed", "the maker does not sign"
    assert send(reviewer, case, "approve").status_code == 302
    assert state(case) == "approved"
    shown = page(officer.get(f"/desk/cases/{case.number}/"))
    assert "1,500.00" in shown
    assert "按规定看" not in shown, "a decided case shows what the decision kept"


def chosen_result(shown: str) -> str:
    """What the form of the proposal is filled with."""
    form = shown.split('id="propose-result"')[1].split("</select>", maxsplit=1)[0]
    found = re.findall(r'<option value="(\w*)" selected>', form)
    return found[0] if found else ""


def test_the_proposal_is_filled_with_what_the_rule_says_and_silence_approves_nothing(
    clock: SetClock,
) -> None:
    entitled = w.make_world()
    wrong = w.make_world(person_insured_months=3)
    for world, expected in ((entitled, "approved"), (wrong, "refused")):
        case = w.verified(world)
        officer = at_desk(world.office.officer)
        assert chosen_result(page(officer.get(f"/desk/cases/{case.number}/"))) == expected
    for nothing in ({}, {"result": ""}, {"result": "yes"}):
        answer = send(officer, case, "propose", note="看过了", **nothing)
        assert answer.status_code == 422
        assert "请先选：批准，还是不批准。" in page(answer)
        assert "看过了" in page(answer)
    assert state(case) == "verified"


def test_the_file_shows_the_rule_with_its_facts_and_writes_the_look_down(
    known_world: w.World,
) -> None:
    case = w.accepted(known_world)
    before = AuditEntry.objects.filter(action="look_up").count()
    shown = page(at_desk(known_world.office.officer).get(f"/desk/cases/{case.number}/"))
    assert "按规定看" in shown
    assert "来源" in shown
    assert AuditEntry.objects.filter(action="look_up").count() == before + 1


def test_asking_names_everything_at_once_and_a_second_time_needs_a_supervisor(
    known_world: w.World,
) -> None:
    case = w.accepted(known_world)
    officer = at_desk(known_world.office.officer)
    nothing = send(officer, case, "ask", lines=" \n ")
    assert nothing.status_code in {400, 422}
    assert "请写清要补什么" in page(nothing)
    field = case.item.forms[0].fields[0].name
    asked = send(officer, case, "ask", lines="身份证正面\n劳动合同", lack="wrong", fields=[field])
    assert asked.status_code == 302
    assert state(case) == "incomplete"
    shown = page(officer.get(f"/desk/cases/{case.number}/"))
    assert "劳动合同" in shown
    assert "期限暂停" in shown
    assert send(officer, case, "accept").status_code == 302
    again = send(officer, case, "ask", lines="还有一样", note="漏了")
    assert again.status_code == 403
    assert "科室负责人" in page(again)
    assert "还有一样" in page(again), "what was typed is kept"
    boss = at_desk(known_world.office.supervisor)
    assert send(boss, case, "ask", lines="还有一样", note="漏了").status_code == 302


def test_two_clerks_on_one_case(known_world: w.World) -> None:
    case = w.accepted(known_world)
    officer, second = at_desk(known_world.office.officer), at_desk(known_world.office.second)
    stale = Case.objects.get(pk=case.id).version
    assert send(officer, case, "start_review").status_code == 302
    late = second.post(
        f"/desk/cases/{case.number}/ask/", {"version": stale, "lines": "我写了半天的话"}
    )
    assert late.status_code == 409
    shown = page(late)
    assert "刚刚“开始审核”了这件事" in shown
    assert "我写了半天的话" in shown
    assert state(case) == "in_review"
    assert f'value="{Case.objects.get(pk=case.id).version}"' in shown, "one press and it goes on"


def test_notes_recusal_urgent_and_assignment(known_world: w.World) -> None:
    case = w.accepted(known_world)
    officer = at_desk(known_world.office.officer)
    assert send(officer, case, "assign").status_code == 302
    assert send(officer, case, "note", words="电话里说明天来").status_code == 302
    assert CaseNote.objects.get().words == "电话里说明天来"
    assert send(officer, case, "urgent").status_code == 302
    assert Case.objects.get(pk=case.id).urgent
    assert send(officer, case, "relate", relation=Recusal.RELATION[0][0]).status_code == 302
    assert Case.objects.get(pk=case.id).owner_id is None
    kept_away = send(officer, case, "start_review")
    assert kept_away.status_code in (403, 409)
    assert send(officer, case, "extend", note="等鉴定").status_code == 403
    assert send(officer, case, "no-such-deed").status_code == 404


def test_transfer_to_no_place_is_refused_in_words(known_world: w.World) -> None:
    case = w.accepted(known_world)
    officer = at_desk(known_world.office.officer)
    wrong = send(officer, case, "transfer", area="呼和浩特", note="户口在那里")
    assert wrong.status_code >= 400
    assert "户口在那里" in page(wrong)
    assert state(case) == "accepted"


def test_money_typed_wrongly_is_refused_in_words(known_world: w.World) -> None:
    case = w.verified(known_world)
    answer = send(at_desk(known_world.office.officer), case, "propose", amount="一千五")
    assert answer.status_code >= 400
    assert "一千五" in page(answer)
    assert state(case) == "verified"


def test_an_objection_is_answered_at_the_desk(known_world: w.World) -> None:
    case = w.noticed(known_world, w.decided(known_world))
    neighbour = as_resident(make_person(now=w.NOW))
    object_to_notice(actor=neighbour, case_id=case.id, words="他没有参保", now=w.NOW)
    objection = Objection.objects.get().pk
    reviewer = at_desk(w.staff("third", "reviewer"))
    done = send(reviewer, case, "objection", objection=objection, upheld="no", answer="查过，参保")
    assert done.status_code == 302, page(done)
    assert Objection.objects.get().answer == "查过，参保"
    assert send(reviewer, case, "objection", objection="x", answer="?").status_code == 404


def test_many_at_once_with_a_result_for_each(known_world: w.World) -> None:
    cases = [w.opened(known_world, period=f"P{n}") for n in range(3)]
    stale = cases[2]
    accept(actor=known_world.office.officer, case_id=stale.id, version=stale.version, now=w.NOW)
    officer = at_desk(known_world.office.officer)
    chosen = [f"{one.id}:{one.version}" for one in cases]
    numbers = [f"{one.id}|{one.number}" for one in cases]
    answer = officer.post(
        "/desk/cases/many/", {"deed": "start_review", "chosen": chosen, "number": numbers}
    )
    shown = page(answer)
    assert "办好 0 件" in shown
    answer = officer.post(
        "/desk/cases/many/", {"deed": "accept", "chosen": [*chosen, "x:1", "y"], "number": numbers}
    )
    assert "办好 3 件" in page(answer), "a second click of the same hand finds it done"
    assert {state(one) for one in cases} == {"accepted"}
    assert officer.post("/desk/cases/many/", {"deed": "drop", "chosen": chosen}).status_code >= 400
    assert "没有选中" in page(officer.post("/desk/cases/many/", {"deed": "accept"}))


def test_an_export_is_safe_and_in_the_audit(known_world: w.World) -> None:
    case = w.accepted(known_world)
    officer = at_desk(known_world.office.officer)
    answer: Any = officer.get("/desk/cases/export.csv?tab=all")
    text = b"".join(answer.streaming_content).decode()
    assert case.number in text
    entry = AuditEntry.objects.filter(action="cases.export_queue").latest("seq")
    assert '"rows":1' in entry.detail


def test_who_has_how_much_is_for_chiefs(known_world: w.World, clock: SetClock) -> None:
    w.accepted(known_world)
    assert at_desk(known_world.office.officer).get("/desk/cases/load/").status_code == 404
    clock(w.NOW + timedelta(days=90))
    shown = page(at_desk(known_world.office.supervisor).get("/desk/cases/load/"))
    assert "超期 1 件" in shown


def test_more_money_is_proposed_and_signed_at_the_desk(
    known_world: w.World, clock: SetClock
) -> None:
    """Only who may sign it sees the form, and only while something waits."""
    w.fund()
    clock(w.AFTER_NOTICE)
    case = paid_case(known_world)
    officer, second = at_desk(known_world.office.officer), at_desk(known_world.office.second)
    assert send(officer, case, "open_audit").status_code == 302
    w.tell(known_world.subject, {"certificate_level": "level_3"}, now=w.AFTER_NOTICE)
    file = f"/desk/cases/{case.number}/"
    assert "提出补发" in page(officer.get(file))
    assert "同意补发" not in page(second.get(file)), "nothing waits for a signature"
    assert send(officer, case, "propose_more", note="等级登记晚了").status_code == 302
    shown = page(second.get(file))
    assert "同意补发" in shown
    assert "等签字的意见" in shown
    assert "2,000.00" in shown
    assert send(second, case, "grant_more").status_code == 302
    assert Case.objects.get(pk=case.id).ordered_fen == 200_000


def test_a_change_above_the_sum_is_offered_to_reviewers_too(
    known_world: w.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    w.tell(known_world.subject, {"certificate_on": "2024-08-31"})
    case = w.decided(known_world, result="refused")
    case = appeal(
        actor=known_world.applicant,
        case_id=case.id,
        version=case.version,
        words="日期错了",
        now=w.NOW,
    )
    w.tell(known_world.subject, {"certificate_on": "2025-06-10"}, now=w.NOW + timedelta(days=1))
    limit(monkeypatch, 1)
    second, leader = at_desk(known_world.office.second), at_desk(known_world.office.leader)
    file = f"/desk/cases/{case.number}/"
    assert "等科室负责人签字" in page(second.get(file))
    limit(monkeypatch, 150_000)  # the rule gives as much, and one hand decides that
    assert "/sign_change/" not in page(second.get(file)), "it would only refuse"
    limit(monkeypatch, 149_999)
    assert "/sign_change/" not in page(leader.get(file)), "a supervisor has one form for it"
    done = send(second, case, "sign_change", answer="核对过了", result="approved")
    assert done.status_code == 302, page(done)
    assert state(case) == "appealed"
    assert "/return_change/" in page(leader.get(file))
    assert send(leader, case, "change", answer="同意", result="approved").status_code == 302
    assert state(case) == "changed"


def test_a_second_founder_is_seen_on_the_file_in_both_languages(clock: SetClock) -> None:
    firm, office = make_firm(FIRM, now=w.NOW), w.make_office()
    first, second = (asked(founder_of(firm), office) for _ in range(2))
    desk = at_desk(office.officer)
    shown = page(desk.get(f"/desk/cases/{second.number}/"))
    assert f"“{FIRM}”的另一位创办人也有一件（{first.number}，已核实）" in shown
    answer = send(desk, second, "propose", result="approved", note=" ")
    assert answer.status_code == 409
    assert f"另一位创办人也有一件（{first.number}）" in page(answer)
    assert state(second) == "verified"
    desk.cookies["django_language"] = "en"
    assert f"another founder of {FIRM}" in page(desk.get(f"/desk/cases/{second.number}/")).lower()
    answer = send(desk, second, "propose", result="approved", note="两人各出一半")
    assert answer.status_code == 302
    assert state(second) == "proposed"
