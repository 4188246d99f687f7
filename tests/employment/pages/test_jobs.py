"""Looking for posts in a browser: the list, one post, something wrong with it, kept searches."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from denghuo.employment.models import PostQuestion, SavedSearch
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor
from denghuo.search.public import forget_standing
from tests.employment.market import NOW, TODAY, applicant, person_ref
from tests.employment.shelved import change, shelve
from tests.factories.people import make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _new_process(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    forget_standing()
    yield
    forget_standing()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def browser(actor: Actor) -> Client:
    return browsers.resident(person_ref(actor).id)


def test_anybody_may_look_and_reads_pay_and_employer(client: Client) -> None:
    post = shelve("电焊工", employer_name="包头某厂")
    page = text(client.get("/jobs/"))
    assert "1 个岗位" in page
    assert "每月 4,500–6,000 元" in page
    one = text(client.get(f"/jobs/{post.pk}/"))
    for said in ("电焊工", "包头某厂", "没有登记，请自己核实", "不要先交钱", "2026-12-21"):
        assert said in one, said


def test_nothing_found_says_what_to_loosen(client: Client) -> None:
    shelve("电焊工", pay_low_fen=400_000, pay_high_fen=450_000)
    page = text(client.get("/jobs/", {"q": "电焊工", "pay": "8000"}))
    assert "放宽一点试试" in page
    assert "不限工资" in page
    assert "没有找到这样的岗位" in text(client.get("/jobs/", {"q": "宇航员"}))


def test_a_slip_is_told_and_the_unknown_place_too(client: Client) -> None:
    shelve("电焊工")
    assert "没有“电旱工”，按“电焊工”找的。" in text(client.get("/jobs/", {"q": "电旱工"}))
    assert "没找到这个地方" in text(client.get("/jobs/", {"near": "火星", "km": "30"}))


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "<script>alert(1)</script>"},
        {"q": "\x00"},
        {"page": "-1"},
        {"page": "9999999"},
        {"place": "15' OR 1"},
        {"km": "NaN"},
        {"sort": "worst"},
    ],
)
def test_odd_addresses_have_a_page(client: Client, asked: dict[str, str]) -> None:
    shelve("电焊工")
    answer = client.get("/jobs/", asked)
    assert answer.status_code in {200, 422}
    assert "<script>alert" not in text(answer)


def test_a_page_beyond_the_last_shown_is_a_sentence(client: Client) -> None:
    assert "只能看前 50 页" in text(client.get("/jobs/", {"page": "51"}))


@pytest.mark.parametrize("changed", [{"state": "held"}, {"state": "closed"}, {"open_until": TODAY}])
def test_what_is_not_open_is_not_there(client: Client, changed: dict[str, Any]) -> None:
    post = shelve("电焊工")
    change(post, **changed)
    for address in (f"/jobs/{post.pk}/", f"/jobs/{post.pk}/report/", "/jobs/999999999/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/jobs/{post.pk}/report/", {"reason": "money"}).status_code == 404
    assert not PostQuestion.objects.exists()


def test_what_an_employer_wrote_stays_text(client: Client) -> None:
    post = shelve("<b>电焊工</b>", body="<script>1</script>\n第二行")
    for address in ("/jobs/", f"/jobs/{post.pk}/"):
        page = text(client.get(address))
        assert "<b>电焊工" not in page
        assert "<script>1" not in page


def test_a_report_asks_one_reason_and_keeps_no_name(client: Client) -> None:
    post = shelve("电焊工")
    address = f"/jobs/{post.pk}/report/"
    assert "请选一个原因" in text(client.post(address, {"reason": "because"}))
    reasons = client.get(address).context["reasons"]
    for code, _words in reasons[:2]:
        assert client.post(address, {"reason": code}).status_code == 302
    [question] = PostQuestion.objects.all()
    assert [one["why"] for one in question.told["reports"]] == [code for code, _ in reasons[:2]]
    # One press takes nobody's post away.
    assert client.get(f"/jobs/{post.pk}/").status_code == 200
    for entry in AuditEntry.objects.filter(action="employment.report_post"):
        assert "127.0.0.1" not in str(entry.detail)


def test_reports_by_the_hundred_are_refused(client: Client) -> None:
    post = shelve("电焊工")
    [(code, _words), *_] = client.get(f"/jobs/{post.pk}/report/").context["reasons"]
    codes = {
        client.post(f"/jobs/{post.pk}/report/", {"reason": code}).status_code for _ in range(12)
    }
    assert codes == {302, 400}
    [question] = PostQuestion.objects.all()
    assert len(question.told["reports"]) == 10


def test_the_table_is_for_staff_of_posts_and_is_written_down(client: Client) -> None:
    shelve("=SUM(1)")
    assert client.get("/desk/posts/found.csv").status_code in {302, 403, 404}
    assert browser(applicant()).get("/desk/posts/found.csv").status_code in {403, 404}
    officer = browsers.staff(make_staff("posts", roles=["officer"]))
    answer = officer.get("/desk/posts/found.csv", {"q": "sum"})
    rows = list(csv.reader(StringIO(text(answer).removeprefix("\ufeff"))))
    assert rows[0][:3] == ["编号", "岗位", "单位"]
    # A cell that a table program would run is not one.
    assert not rows[1][1].startswith("=")
    [entry] = AuditEntry.objects.filter(action="employment.export_posts")
    assert json.loads(entry.detail)["rows"] == 1


def test_a_search_is_kept_stopped_and_forgotten() -> None:
    person = browser(applicant())
    shelve("电焊工")
    assert "有新的告诉我" in text(person.get("/jobs/", {"q": "电焊工"}))
    address = "/me/work/searches/new/?q=电焊工"
    assert "“电焊工”" in text(person.get(address))
    assert "记下了" in text(person.post(address, follow=True))
    [row] = SavedSearch.objects.all()
    other = browser(applicant("其其格"))
    change_it = f"/me/work/searches/{row.pk}/"
    assert other.post(change_it, {"what": "forget"}).status_code == 404
    assert "不再告诉您了" in text(person.post(change_it, {"what": "stop"}, follow=True))
    assert "再告诉我" in text(person.get("/me/work/searches/"))
    assert "删掉了" in text(person.post(change_it, {"what": "forget"}, follow=True))
    assert "还没有" in text(person.get("/me/work/searches/"))


def test_a_search_for_everything_is_refused_with_a_sentence() -> None:
    answer = browser(applicant()).post("/me/work/searches/new/")
    assert answer.status_code == 422
    assert "请先写上词" in text(answer)


def test_who_is_not_signed_in_keeps_nothing(client: Client) -> None:
    for address in ("/me/work/searches/", "/me/work/searches/new/?q=电焊工"):
        assert client.get(address).status_code in {302, 403}
