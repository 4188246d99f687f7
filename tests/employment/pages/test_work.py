"""The five questions, today's posts, why and why not, the résumé; also at the counter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from denghuo.employment.models import Application, Resume, Wish
from denghuo.employment.queries.live_posts import live_posts
from denghuo.employment.queries.wishes import resume_of, wish_of
from denghuo.people.models import Person
from denghuo.people.public import has_consent
from denghuo.places.models import Division
from denghuo.platform.public import Actor, look_ups_of
from tests.employment.market import NOW, applicant, hr, make_post, person_ref
from tests.employment.pages.test_applying import helped_by_clerk
from tests.employment.seekers import CHASUQI, CLEANER, TUZUO, XINCHENG, lay_places, wishes
from tests.people import browsers

pytestmark = pytest.mark.django_db
WORK, WISH = "/me/work/", "/me/work/wish/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    lay_places()
    live_posts.forget()


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id, mandate_id=actor.mandate_id)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def cleaning(**changed: Any) -> int:
    values: dict[str, Any] = {
        "title": "楼道保洁", "body": "打扫。", "occupation": CLEANER, "occupation_level": 4,
        "place": XINCHENG, "hours": ["day"], "pay_low_fen": 350_000, "pay_high_fen": 400_000,
        "changed_at": NOW,
    }  # fmt: skip
    return int(make_post(hr(), **{**values, **changed}).pk)


def test_five_answers_lead_to_today_s_posts_with_their_reasons() -> None:
    post = cleaning()
    me = applicant("乌云其木格")
    web = browser(me)
    assert "答五个问题" in text(web.get(WORK))
    assert web.post(f"{WISH}what/", {"first": "保洁"}).headers["Location"] == f"{WISH}where/"
    answer = web.post(f"{WISH}where/", {"home_words": "新城区", "reach": "20"})
    assert answer.headers["Location"] == f"{WISH}pay/"
    # Left for now: what was answered is there, and the page says how much is left.
    assert "还有 3 题没答" in text(web.get(WORK))
    assert 'value="保洁"' in text(web.get(f"{WISH}what/"))
    web.post(f"{WISH}pay/", {"pay": "3,000元"})
    web.post(f"{WISH}when/", {"hours": ["day"], "start_on": ""})
    held = web.post(f"{WISH}held/", {"schooling": "1", "years": "", "words": "会打扫，有健康证"})
    assert held.headers["Location"] == f"{WISH}check/"
    check = text(web.get(f"{WISH}check/"))
    assert "健康证" in check
    assert "呼和浩特市 新城区，20 公里以内" in check
    assert "checked" not in check  # nothing is agreed to beforehand
    done = web.post(f"{WISH}check/", {"agreed": ["job_matching"]}, follow=True)
    assert "今天有 1 个合适的岗位" in text(done)
    assert "正是您想做的“保洁员”。" in text(done)
    assert f"/jobs/{post}/apply/" in text(done)
    assert "暂定的" in text(done)
    assert not has_consent(person_ref(me).id, "found_by_firms")


def test_words_of_several_works_are_asked_about() -> None:
    me = applicant()
    web = browser(me)
    answer = web.post(f"{WISH}what/", {"first": "保洁", "second": "养殖"})
    assert answer.headers["Location"] == f"{WISH}which/1/"
    page = text(web.get(f"{WISH}which/1/"))
    assert "您说的“养殖”，是哪一种？" in page
    assert web.post(f"{WISH}which/1/", {"code": "1-01-01-01"}).status_code == 422
    assert web.post(f"{WISH}which/1/", {}).status_code == 422
    code = re.findall(r'value="(\d-\d\d-\d\d-\d\d)"', page)[0]
    assert web.post(f"{WISH}which/1/", {"code": code}).headers["Location"] == f"{WISH}where/"
    wish = wish_of(person_ref(me))
    assert wish is not None
    assert [one.code for one in wish.works] == [CLEANER, code]
    assert web.get(f"{WISH}which/9/").headers["Location"] == f"{WISH}what/"


@pytest.mark.parametrize(
    ("step", "said", "told"),
    [
        ("what", {"first": ""}, "至少一样"),
        ("what", {"first": "嗷嗷叫的活"}, "没找到“嗷嗷叫的活”"),
        ("what", {"first": "很" * 31}, "30 个字"),
        ("where", {"home_words": "火星", "reach": "20"}, "没找到“火星”"),
        ("where", {"home_words": "", "reach": "20"}, "没找到“”"),
        ("where", {"home_words": "新城区"}, "愿意走多远"),
        ("where", {"home_words": "新城区", "reach": "7"}, "7"),
        ("where", {"home_words": "新城区", "reach": "20", "districts": "月亮"}, "没找到“月亮”"),
        ("pay", {"pay": "多点"}, "请写一个数"),
        ("pay", {"pay": "9999999"}, "300 到 50000"),
        ("when", {"hours": []}, "至少选一样"),
        ("when", {"hours": ["never"]}, "never"),
        ("when", {"hours": ["day"], "start_on": "明天"}, "日期没看明白"),
        ("when", {"hours": ["day"], "start_on": "2020-01-01"}, "一年以内"),
        ("held", {"years": "3"}, "选您上到哪一步"),
        ("held", {"schooling": "1", "years": "三"}, "干过几年"),
        ("held", {"schooling": "99", "years": "1"}, "99"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(
    step: str, said: dict[str, Any], told: str
) -> None:
    answer = browser(applicant()).post(f"{WISH}{step}/", said)
    assert answer.status_code == 422
    assert told in text(answer)
    assert "error-summary" in text(answer)


def test_a_place_of_several_is_chosen_and_the_register_s_home_is_offered() -> None:
    saihan = Division.objects.get(code="150105000000")
    for code, name in (("150105101000", "红旗镇"), ("150121102000", "红旗镇")):
        Division.objects.create(
            code=code, name=name, level="township", sort_key=code, pinyin=code, initials=code,
            parent=saihan if code.startswith("150105") else Division.objects.get(code=TUZUO),
            lon=111.5, lat=40.7, source="测试",
        )  # fmt: skip
    me = applicant()
    Person.objects.filter(pk=person_ref(me).id).update(residence=CHASUQI)
    web = browser(me)
    assert "察素齐镇" in text(web.get(f"{WISH}where/"))
    said = {"home_words": "红旗镇", "reach": "20"}
    answer = web.post(f"{WISH}where/", said)
    assert answer.status_code == 422
    assert "土默特左旗 红旗镇" in text(answer)
    web.post(f"{WISH}where/", {**said, "home": "150121102000"})
    wish = wish_of(person_ref(me))
    assert wish is not None
    assert (wish.home, wish.reach_km) == ("150121102000", 20)


def test_why_not_says_what_and_where_to_change_it() -> None:
    far = cleaning(place=CHASUQI, hours=["night"])
    me = applicant()
    wishes(me)
    page = text(browser(me).get(f"{WORK}posts/{far}/"))
    assert "有 2 处对不上" in page
    assert f'href="{WISH}where/"' in page
    assert f'href="{WISH}when/"' in page
    overview = text(browser(me).get(WORK))
    assert "今天没有都合适的岗位" in overview
    assert browser(me).get(f"{WORK}posts/0/").status_code == 404
    assert browser(me).get(f"{WORK}posts/{10**20}/").status_code == 404


def test_pausing_taking_back_and_withdrawing_work_at_once() -> None:
    cleaning()
    me = applicant()
    wishes(me)
    web = browser(me)
    assert "今天有 1 个" in text(web.get(WORK))
    taken = web.post(f"{WORK}consents/job_matching/", {"give": "0"}, follow=True)
    assert "最新的岗位" in text(taken)
    assert "正是您想做的" not in text(taken)
    web.post(f"{WORK}consents/job_matching/", {"give": "1"})
    paused = web.post(f"{WISH}pause/", {"on": "0"}, follow=True)
    assert "现在停着" in text(paused)
    assert "今天有 1 个" in text(web.post(f"{WISH}pause/", {"on": "1"}, follow=True))
    assert "要撤去“我的投递”" in text(web.get(f"{WISH}withdraw/"))
    gone = web.post(f"{WISH}withdraw/", follow=True)
    assert "都删掉了" in text(gone)
    row = Wish.objects.get()
    assert (row.state, row.home, row.hours, row.skills_words) == ("withdrawn", "", [], "")
    assert not has_consent(person_ref(me).id, "found_by_firms")
    assert web.post(f"{WISH}withdraw/").status_code == 302  # a second press
    assert web.post(f"{WORK}consents/everything/", {"give": "1"}).status_code == 404


def test_nobody_under_sixteen_goes_live() -> None:
    me = applicant()
    Person.objects.filter(pk=person_ref(me).id).update(born_on="2011-06-01")
    with pytest.raises(Exception, match="不满 16 周岁"):
        wishes(me)
    answer = browser(me).post(f"{WISH}check/", {"agreed": []})
    assert answer.status_code == 409
    assert "2027-06-01" in text(answer)


def test_the_resume_is_written_helps_and_is_gone_when_deleted() -> None:
    me = applicant()
    web = browser(me)
    added = web.post(
        f"{WORK}resume/add/work/",
        {"where": "伊利牧场", "what": "挤奶、开铲车", "since": "2019", "until": "2023"},
        follow=True,
    )
    assert "2019–2023" in text(added)
    assert "会挤奶" in text(added)
    web.post(f"{WORK}resume/", {"about": "能吃苦，会蒙语"})
    found = resume_of(person_ref(me))
    assert found is not None
    assert {"milking", "digger", "mongolian"} <= set(found.skills)
    stale = web.post(f"{WORK}resume/remove/", {"place": "0", "version": "1"}, follow=True)
    assert "刚才改过" in text(stale)
    web.post(f"{WORK}resume/remove/", {"place": "0", "version": str(found.version)})
    left = resume_of(person_ref(me))
    assert left is not None
    assert left.entries == ()
    assert "milking" not in left.skills
    web.post(f"{WORK}resume/withdraw/")
    assert not Resume.objects.exists()
    assert web.post(f"{WORK}resume/withdraw/").status_code == 302


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"where": "", "what": " "}, "请写在哪儿"),
        ({"where": "砖厂", "since": "1900"}, "年份请写"),
        ({"where": "砖厂", "since": "2020", "until": "2019"}, "先后要对"),
        ({"where": "砖厂", "what": "我的号 15010219900101123X"}, "身份证号"),
        ({"where": "很" * 61}, "60"),
    ],
)
def test_a_line_that_cannot_stand_is_refused(said: dict[str, str], told: str) -> None:
    answer = browser(applicant()).post(f"{WORK}resume/add/work/", said)
    assert answer.status_code == 422
    assert told in text(answer)
    assert not Resume.objects.exists()


def test_pages_of_persons_are_closed_to_firms_and_strangers() -> None:
    for address in (WORK, f"{WISH}what/", f"{WORK}resume/", f"{WORK}slip/"):
        assert browser(hr()).get(address).status_code == 404
        assert Client().get(address).status_code == 302
    me = applicant()
    assert browser(me).get(f"{WISH}nothing/").status_code == 404
    assert browser(me).get(f"{WORK}resume/add/poem/").status_code == 404


def test_a_clerk_fills_in_within_the_mandate_and_prints_a_slip() -> None:
    post = cleaning()
    person = applicant("乌云其木格")
    reads = helped_by_clerk(person, "read")
    assert reads.get(WORK).status_code == 200
    assert reads.get(f"{WISH}what/").status_code == 403
    assert reads.post(f"{WISH}withdraw/").status_code == 403
    clerk = helped_by_clerk(person, "read", "apply")
    assert "替 乌云其木格 填" in text(clerk.get(f"{WISH}what/"))
    for step, said in (
        ("what", {"first": "保洁"}),
        ("where", {"home_words": "新城区", "reach": "20"}),
        ("pay", {"pay": ""}),
        ("when", {"hours": ["day"]}),
        ("held", {"schooling": "0", "years": "2"}),
    ):
        assert clerk.post(f"{WISH}{step}/", said).status_code == 302
    clerk.post(f"{WISH}check/", {"agreed": ["job_matching", "found_by_firms"]})
    row = Wish.objects.get()
    assert (row.state, row.said_at) == ("live", "station")
    assert row.mandate is not None
    slip = text(clerk.get(f"{WORK}slip/"))
    assert "乌云其木格，今天给您找到这些" in slip
    assert f'<span class="serial">{post}</span>' in slip
    assert "纸质委托书" in slip
    assert look_ups_of(person_ref(person)).total > 0


def test_what_was_shared_of_wish_and_resume_is_gone_when_withdrawn() -> None:
    post = cleaning()
    me = applicant()
    wishes(me, skills="会蒙语")
    web = browser(me)
    web.post(f"{WORK}resume/add/work/", {"where": "伊利牧场", "what": "挤奶"})
    page = text(web.get(f"/jobs/{post}/apply/"))
    assert "会蒙古语" in page
    assert "伊利牧场 挤奶" in page
    assert "3,000" not in page.split("给单位看什么")[1]  # the least one asks is not theirs to see
    web.post(f"/jobs/{post}/apply/", {"part": ["wish", "resume"]})
    assert "伊利牧场" in str(Application.objects.get().shared)
    web.post(f"{WORK}resume/withdraw/")
    assert "伊利牧场" not in str(Application.objects.get().shared)
    assert "会蒙古语" in str(Application.objects.get().shared)
    web.post(f"{WISH}withdraw/")
    assert "会蒙古语" not in str(Application.objects.get().shared)


def test_the_english_page_says_it_in_english() -> None:
    cleaning()
    me = applicant()
    wishes(me)
    answer = browser(me).get(WORK, headers={"accept-language": "en"})
    assert "Just what you want" in text(answer)
    assert look_ups_of(person_ref(me)).total == 0  # one's own look is nobody's look
