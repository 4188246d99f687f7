"""A firm's demand list: writing a post, changing, prolonging, ending, the list as a file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client

from denghuo.employment.actions.applications import apply
from denghuo.employment.logic.feeds import guess_columns
from denghuo.employment.models import Advert, Application, Post
from denghuo.people.public import give_mandate
from denghuo.platform.public import SYSTEM, Actor
from tests.employment.market import NOW, TODAY, applicant, firm_id, hr, make_post, person_ref
from tests.factories.people import as_resident, make_person
from tests.people import browsers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places")]
LIST = "/firm/posts/"
SAID = {
    "title": "挤奶工",
    "wage": "4500-6000元/月",
    "place": "呼和浩特市新城区 海东路 6 号",
    "openings": "3",
    "hours": ["day", "night"],
    "body": "每天挤奶两次，包吃住，缴社保。",
    "certificates": "健康证、叉车证",
    "schooling": "1",
    "years": "",
    "last_on": "2026-12-31",
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def text(answer: Any) -> str:
    streamed = getattr(answer, "streaming", False)
    return (b"".join(answer.streaming_content) if streamed else answer.content).decode()


def seen(answer: Any) -> str:
    found = re.search(r'name="seen" value="(\w+)"', text(answer))
    assert found is not None
    return found[1]


def test_a_post_goes_out_as_it_was_written_under_the_registered_name() -> None:
    firm = hr()
    assert "还没有发过岗位" in text(browser(firm).get(LIST))
    done = browser(firm).post(f"{LIST}new/", SAID, follow=True)
    assert "发出去了，现在就能搜到" in text(done)
    post = Post.objects.get()
    assert (post.state, post.firm_id, post.employer_name) == ("open", firm_id(firm), "草原恒泰乳业")
    assert (post.pay_low_fen, post.pay_high_fen, post.place[:6]) == (450_000, 600_000, "150102")
    assert (post.openings, post.schooling, post.hours) == (3, 1, ["day", "night"])
    assert post.certificates == ["健康证", "叉车证"]
    assert post.open_until.isoformat() == "2027-01-01"
    page = text(browser(firm).get(LIST))
    assert "挤奶工" in page
    assert "0/3" in page
    assert "挤奶工" in text(Client().get(f"/jobs/{post.pk}/"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "请写招什么人"),
        ({"title": "挤" * 121}, "120"),
        ({"wage": "8000-5000"}, "最高工资低于最低工资"),
        ({"wage": "200-300"}, "没有写是按月、按天还是按小时"),
        ({"wage": "看表现给"}, "没有找到金额"),
        ({"place": "哪儿都行"}, "没有找到这个地方"),
        ({"openings": "0"}, "请写 1 或更大的数"),
        ({"openings": "三个"}, "请只写数字"),
        ({"openings": "100001"}, "人数太多"),
        ({"last_on": "2026-11-22"}, "要从今天起"),
        ({"last_on": "2027-11-24"}, "要从今天起"),
        ({"last_on": "明年"}, "日期没看明白"),
        ({"years": "41"}, "最多写 40 年"),
        ({"hours": ["夜里"]}, "夜里"),
    ],
)
def test_what_cannot_stay_so_is_told_at_its_field(change: dict[str, Any], said: str) -> None:
    firm = hr()
    answer = browser(firm).post(f"{LIST}new/", {**SAID, **change})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "每天挤奶两次" in text(answer)
    assert Post.objects.count() == 0


def test_unlawful_words_are_shown_with_the_clause_and_better_ones_taken_with_one_press() -> None:
    firm = hr()
    told = {**SAID, "title": "挤奶工（限男性）", "body": "每天挤奶两次，限男性，包住。"}
    warned = browser(firm).post(f"{LIST}new/", told)
    assert warned.status_code == 200
    assert "法律不允许" in text(warned)
    assert "依据：" in text(warned)
    assert "就业促进法" in text(warned)
    assert Post.objects.count() == 0
    press = {**told, "do": "reword", "seen": seen(warned)}
    done = browser(firm).post(f"{LIST}new/", press, follow=True)
    assert "发出去了" in text(done)
    post = Post.objects.get()
    assert (post.state, post.title) == ("open", "挤奶工")
    assert "男" not in post.body
    assert "每天挤奶两次" in post.body


def test_as_it_is_waits_for_a_person_and_counts_for_the_words_that_were_seen_only() -> None:
    firm = hr()
    told = {**SAID, "body": "每天挤奶两次，限男性。"}
    mark = seen(browser(firm).post(f"{LIST}new/", told))
    # Other words than those that were shown: read anew, whatever was pressed.
    for do in ("as_is", "reword"):
        other = {**told, "body": "限女性，挤奶。", "do": do, "seen": mark}
        assert "限女性" in text(browser(firm).post(f"{LIST}new/", other))
    assert Post.objects.count() == 0
    done = browser(firm).post(f"{LIST}new/", {**told, "do": "as_is", "seen": mark}, follow=True)
    assert "工作人员看过以后才公开" in text(done)
    post = Post.objects.get()
    assert post.state == "held"
    assert Client().get(f"/jobs/{post.pk}/").status_code == 404
    # The firm puts it right itself, and nobody has to look any more.
    browser(firm).post(f"{LIST}{post.pk}/change/", SAID)
    post.refresh_from_db()
    assert post.state == "open"
    assert "wording_forbidden" not in post.questions


def test_pay_to_be_agreed_is_warned_of_once() -> None:
    firm = hr()
    told = {**SAID, "wage": "面议"}
    warned = browser(firm).post(f"{LIST}new/", told)
    assert "写上大概的数更好" in text(warned)
    assert "按建议改好" not in text(warned)
    browser(firm).post(f"{LIST}new/", {**told, "do": "as_is", "seen": seen(warned)})
    assert Post.objects.get().pay_low_fen is None


def test_a_post_is_changed_prolonged_ended_and_written_once_more() -> None:
    firm = hr()
    browser(firm).post(f"{LIST}new/", SAID)
    post = Post.objects.get()
    shown = text(browser(firm).get(f"{LIST}{post.pk}/change/"))
    assert 'value="4500-6000元/月"' in shown
    assert 'value="2026-12-31"' in shown
    browser(firm).post(f"{LIST}{post.pk}/change/", {**SAID, "wage": "200元/天", "openings": "5"})
    post.refresh_from_db()
    assert (post.pay_low_fen, post.openings) == (435_000, 5)
    done = browser(firm).post(f"{LIST}{post.pk}/prolong/", {"last_on": "2027-02-01"}, follow=True)
    assert "招到 2027-02-01" in text(done)
    post.refresh_from_db()
    assert post.open_until.isoformat() == "2027-02-02"
    assert (post.pay_low_fen, post.openings, post.hours) == (435_000, 5, ["day", "night"])
    late = browser(firm).post(f"{LIST}{post.pk}/prolong/", {"last_on": "2028-02-01"})
    assert late.status_code == 422
    assert browser(firm).post(f"{LIST}{post.pk}/end/", {}).status_code == 422
    person = applicant()
    sent = apply(actor=person, post_id=post.pk, now=NOW)
    assert "有 1 份投递还没答复" in text(browser(firm).get(f"{LIST}{post.pk}/end/"))
    done = browser(firm).post(
        f"{LIST}{post.pk}/end/", {"how": "closed", "why": "停产"}, follow=True
    )
    assert "结束了" in text(done)
    post.refresh_from_db()
    assert (post.state, post.closed_why) == ("closed", "停产")
    assert Application.objects.get(pk=sent.id).state == "sent"  # the job tells them
    # An old page: told, not broken.
    again = browser(firm).post(f"{LIST}{post.pk}/end/", {"how": "filled"}, follow=True)
    assert "已经结束" in text(again)
    assert browser(firm).get(f"{LIST}{post.pk}/change/", follow=True).status_code == 200
    late = browser(firm).post(f"{LIST}{post.pk}/prolong/", {"last_on": "2027-02-01"})
    assert "已经结束" in text(late)
    # Once more: a new post, because the old one is over.
    like = text(browser(firm).get(f"{LIST}new/?like={post.pk}"))
    assert 'value="200元/天"' in like
    browser(firm).post(f"{LIST}new/", {**SAID, "wage": "200元/天"})
    assert Post.objects.count() == 2


def test_the_same_post_twice_is_one_and_the_firm_is_told() -> None:
    firm = hr()
    browser(firm).post(f"{LIST}new/", SAID)
    done = browser(firm).post(f"{LIST}new/", SAID, follow=True)
    assert "两个合成了一个" in text(done)
    assert Post.objects.count() == 1


def test_a_post_that_ran_out_opens_again_when_it_is_prolonged() -> None:
    firm = hr()
    post = make_post(firm, state="expired", open_until=TODAY)
    browser(firm).post(f"{LIST}{post.pk}/prolong/", {"last_on": "2026-12-24"})
    post.refresh_from_db()
    assert (post.state, post.open_until.isoformat()) == ("open", "2026-12-25")


def test_the_list_is_searched_and_comes_as_a_table_the_upload_understands() -> None:
    firm = hr()
    make_post(firm, "牧工", state="closed")
    browser(firm).post(f"{LIST}new/", {**SAID, "body": '=HYPERLINK("x")'})
    assert "牧工" not in text(browser(firm).get(f"{LIST}?state=open"))
    assert "牧工" in text(browser(firm).get(f"{LIST}?q=牧&state=胡说&page=99"))
    assert "没有这样的岗位" in text(browser(firm).get(f"{LIST}?q=厨师"))
    file = browser(firm).get(f"{LIST}posts.csv")
    table = list(csv.reader(io.StringIO(text(file).removeprefix("\ufeff"))))
    assert table[0][:3] == ["岗位编号", "岗位名称", "工资"]
    assert set(guess_columns(table[0])) >= {"key", "title", "wage", "place", "openings"}
    (line,) = [one for one in table if one[1] == "挤奶工"]
    assert line[0] == Advert.objects.get().source_key
    assert line[5].startswith("'=")


def test_another_firm_a_resident_or_nobody_finds_nothing() -> None:
    firm, other = hr(), hr("旁边的厂")
    post = make_post(firm)
    paths = ("", "change/", "prolong/", "end/")
    for path in paths:
        assert browser(other).get(f"{LIST}{post.pk}/{path}").status_code == 404
        assert browser(applicant()).get(f"{LIST}{post.pk}/{path}").status_code == 404
        assert Client().get(f"{LIST}{post.pk}/{path}").status_code == 302
        assert browser(firm).get(f"{LIST}{10**20}/{path}").status_code == 404
    for path, said in (("change/", SAID), ("prolong/", {"last_on": "2026-12-24"}),
                       ("end/", {"how": "filled"})):  # fmt: skip
        assert browser(other).post(f"{LIST}{post.pk}/{path}", said).status_code == 404
    assert browser(other).get(f"{LIST}new/?like={post.pk}").status_code == 404
    for path in ("", "posts.csv"):
        assert "挤奶工" not in text(browser(other).get(f"{LIST}{path}"))
    post.refresh_from_db()
    assert post.state == "open"


def test_a_mandate_to_read_reads_and_does_not_write() -> None:
    firm = hr()
    post = make_post(firm)
    assert firm.acting_for is not None
    helper = make_person("郝春梅", now=NOW)
    mandate = give_mandate(
        giver=firm.acting_for, scopes=["read"], start_on=TODAY, until_on=None, how="legal",
        to_person=helper, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    client = browsers.resident(person_ref(as_resident(helper)).id, mandate_id=mandate)
    assert "挤奶工" in text(client.get(LIST))
    assert client.get(f"{LIST}{post.pk}/").status_code == 200
    for path in ("new/", f"{post.pk}/change/", f"{post.pk}/prolong/", f"{post.pk}/end/"):
        assert client.get(f"{LIST}{path}").status_code == 403


def test_home_leads_a_firm_to_its_posts() -> None:
    assert 'href="/firm/posts/"' in text(browser(hr()).get("/"))
    assert 'href="/firm/posts/"' not in text(browser(applicant()).get("/"))
