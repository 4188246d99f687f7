"""The desk of posts: what waits, one question at a time, for whoever answers for the source."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from denghuo.employment.actions.reporting import report_post
from denghuo.employment.logic.reporting import REASONS
from denghuo.employment.models import Post, PostQuestion
from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import ANONYMOUS
from tests.employment.collected import BODY, NOW, post_of, row, source, taken
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.usefixtures("few_places", "data_dir", "db")
DESK = "/desk/posts/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def staff(name: str = "desk", *roles: str, area: str = "1501") -> Client:
    return browsers.staff(
        make_staff(name, roles=list(roles or ["officer"]), area=Region.read(area))
    )


def asked(kind: str, key: str = "A1") -> UUID:
    return PostQuestion.objects.get(post=post_of(key), question=kind).pk


def page_of(kind: str, key: str = "A1") -> str:
    return f"/desk/posts/question/{asked(kind, key)}/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_desk_says_what_waits_and_how_sources_do() -> None:
    taken(source("赛罕区就业服务中心"), row(title="强电师傅", wage="200-300"))
    page = text(staff().get(DESK))
    for said in ("拿不准是什么职业", "看不懂工资", "赛罕区就业服务中心", "0%", "100%"):
        assert said in page, said
    assert "没有等着定的" in text(staff("other", area="1504").get(DESK))


def test_an_occupation_is_looked_for_chosen_and_the_next_question_follows() -> None:
    taken(source(), row("A1", "强电师傅"), row("A2", "神奇岗位", firm=72))
    clerk = staff()
    page = text(clerk.get(page_of("occupation_unsure"), {"q": "电工"}))
    assert "6-31-01-03" in page
    address = page_of("occupation_unsure")
    assert "请选一个" in text(clerk.post(f"{address}?q=电工", {"do": "give"}))
    answer = clerk.post(f"{address}?q=电工", {"do": "give", "code": "6-31-01-03"})
    assert answer["Location"] == page_of("occupation_unsure", "A2")
    assert post_of("A1").occupation == "6-31-01-03"
    # Somebody who was slower is told, and nothing is written over.
    late = clerk.post(f"{address}?q=电工", {"do": "give", "code": "6-31-01-03"})
    assert late.status_code == 422
    assert "已经有人回答了" in text(late)


def test_a_code_that_was_not_offered_is_refused() -> None:
    taken(source(), row(title="强电师傅"))
    answer = staff().post(page_of("occupation_unsure"), {"do": "give", "code": "9-99-99-99"})
    assert answer.status_code == 422
    assert post_of("A1").occupation == ""


def test_a_wage_is_put_right_or_asked_again() -> None:
    taken(source(), row(wage="200-300"))
    clerk, address = staff(), page_of("wage_not_understood")
    again = clerk.post(address, {"do": "give", "wage": "看着给"})
    assert again.status_code == 422
    assert "这样写还是看不懂" in text(again)
    clerk.post(address, {"do": "give", "wage": "200-300元/天"})
    assert post_of("A1").pay_low_fen == 435_000


def test_unlawful_words_show_their_clause_and_go_out_better() -> None:
    taken(source(), row(title="挤奶工", body=BODY + "限男性。"))
    clerk, address = staff(), page_of("wording_forbidden")
    assert post_of("A1").state == "held"
    page = text(clerk.get(address))
    assert "限男性" in page
    assert "法" in page
    # Words stay only for a reason.
    assert "请写明原因" in text(clerk.post(address, {"do": "leave", "why": " "}))
    assert post_of("A1").state == "held"
    clerk.post(address, {"do": "give", "title": "挤奶工", "body": BODY})
    post = post_of("A1")
    assert (post.state, post.body) == ("open", BODY)


def test_a_post_that_must_not_go_out_is_ended_with_a_reason() -> None:
    taken(source(), row(body=BODY + "限男性。"))
    staff().post(page_of("wording_forbidden"), {"do": "refuse", "why": "限性别，单位不愿改"})
    post = post_of("A1")
    assert (post.state, post.closed_why) == ("closed", "限性别，单位不愿改")


def test_a_resident_s_report_is_read_and_answered() -> None:
    taken(source(), row())
    post = Post.objects.get()
    Post.objects.filter(pk=post.pk).update(state="open")
    first = next(iter(REASONS))
    report_post(actor=ANONYMOUS, post_id=post.pk, reason=first, now=NOW)
    clerk, address = staff(), page_of("fraud_look")
    assert REASONS[first] in text(clerk.get(address))
    assert clerk.post(address, {"do": "leave", "why": "看过"}).status_code == 422
    clerk.post(address, {"do": "release", "why": "打过电话，是真的"})
    assert PostQuestion.objects.get(question="fraud_look").state == "answered"


def test_many_doubtful_ones_stay_for_one_reason() -> None:
    for number in range(3):
        taken(source(f"来源{number}"), row(f"K{number}", firm=80 + number, body=BODY + "形象好。"))
    kinds = set(PostQuestion.objects.values_list("question", flat=True))
    assert "wording_doubtful" in kinds
    ids = [asked("wording_doubtful", f"K{number}") for number in range(3)]
    address = "/desk/posts/questions/wording_doubtful/"
    clerk = staff()
    assert "勾选的照原样留下" in text(clerk.get(address))
    none = clerk.post(f"{address}leave/", {"why": "可以"}, follow=True)
    assert "请先勾选" in text(none)
    done = clerk.post(f"{address}leave/", {"chosen": ids[:2], "why": "演艺岗位"}, follow=True)
    assert "2 个照原样留下了" in text(done)
    assert PostQuestion.objects.filter(question="wording_doubtful", state="open").count() == 1
    late = clerk.post(f"{address}leave/", {"chosen": ids, "why": "演艺岗位"}, follow=True)
    assert "1 个照原样留下了" in text(late)
    assert "2 个别人已经办了" in text(late)


def test_another_area_s_questions_are_not_there_and_a_leader_only_reads() -> None:
    taken(source(), row(title="强电师傅"))
    address = page_of("occupation_unsure")
    assert staff("far", area="1504").get(address).status_code == 404
    leader = staff("leader", "leader")
    page = leader.get(address)
    assert page.status_code == 200
    assert 'value="give"' not in text(page)
    refused = leader.post(address, {"do": "refuse", "why": "不行"})
    assert refused.status_code == 404
    assert PostQuestion.objects.get(question="occupation_unsure").state == "open"
    assert Client().get(address).status_code in {302, 404}


def test_the_report_on_sources_is_a_table_and_is_written_down() -> None:
    taken(source("=来源"), row())
    answer = staff().get("/desk/posts/sources.csv")
    rows = list(csv.reader(StringIO(text(answer).removeprefix("\ufeff"))))
    assert rows[0][0] == "来源"
    assert rows[1][1] == "1"
    assert not rows[1][0].startswith("=")
    assert AuditEntry.objects.filter(action="employment.export_quality").count() == 1


def test_odd_kinds_and_keys_have_a_page() -> None:
    taken(source(), row(title="强电师傅"))
    clerk = staff()
    assert clerk.get("/desk/posts/questions/spy/").status_code == 200
    answer = clerk.post("/desk/posts/questions/wording_doubtful/leave/", {"chosen": "x"})
    assert answer.status_code == 302
    assert clerk.get(page_of("occupation_unsure"), {"q": "\x00" * 9}).status_code == 200
