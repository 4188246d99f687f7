"""Posts brought by programs: each once, each for itself, nobody else's source."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from denghuo.employment.models import Advert, Post, PostDelivery, Source
from denghuo.kernel.region import Region
from denghuo.platform.public import audit_of
from tests.api.programs import BASE, program, staff_key, subject_key
from tests.employment.collected import BODY, NOW, source
from tests.employment.market import firm_id, hr
from tests.factories.people import make_staff, uscc

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few_places", "data_dir")]
OWN = f"{BASE}/post-sources"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def keeper(login: str = "keeper") -> tuple[uuid.UUID, Client]:
    staff = make_staff(login, roles=["officer"], area=Region.read("1501"))
    return staff, program(staff_key(staff, now=NOW))


def told(key: str = "A1", title: str = "挤奶工", **more: str) -> dict[str, str]:
    return {
        "key": key, "title": title, "employer": "草原乳业", "employer_code": uscc(71).text,
        "body": BODY + key, "wage": "4500-6000元/月", "place": "呼和浩特市赛罕区", **more,
    }  # fmt: skip


def bring(client: Client, of: uuid.UUID, *posts: dict[str, str], key: str = "b1") -> Any:
    return client.post(
        f"{OWN}/{of}/posts",
        {"posts": list(posts)},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def take_back(client: Client, of: uuid.UUID, *posts: str, key: str = "t1") -> Any:
    return client.post(
        f"{OWN}/{of}/withdrawals",
        {"keys": list(posts)},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [one["outcome"] for one in answer.json()["posts"]]


def test_a_batch_is_taken_post_by_post_and_says_what_became_of_each() -> None:
    staff, client = keeper()
    of = source("赛罕招聘网", kind="board", keeper_id=staff).pk
    [own] = client.get(OWN).json()["sources"]
    assert (own["id"], own["state"]) == (str(of), "live")
    answer = bring(
        client, of, told("A1"), told("A2", ""), told("A1", "司机"),
        told("A3", wage="8000-5000"), told("A4", open_from="2026-12-31", open_until="2026-12-01"),
        told("A5", employer_code="91150105MA0000000X"), told("A6", "库管(限男性)"),
    )  # fmt: skip
    assert outcomes(answer)[:3] == ["new", "refused", "refused"]
    told_of = answer.json()
    codes = [[each["code"] for each in one["troubles"]] for one in told_of["posts"]]
    assert "no_title" in codes[1]
    assert "key_again" in codes[2]
    assert outcomes(answer)[4:] == ["refused", "refused", "new"]
    assert told_of["taken"] + told_of["refused"] == 7
    assert all(each["message"] for one in told_of["posts"] for each in one["troubles"])
    assert Post.objects.get(pk=told_of["posts"][0]["post_id"]).title == "挤奶工"
    assert Post.objects.get(title="库管(限男性)").state == "held"
    row = PostDelivery.objects.get()
    assert (row.channel, row.state, row.counts["rows"]) == ("api", "applied", 7)
    actions = {one.action for one in audit_of(f"employment.PostDelivery:{row.pk}")}
    assert "employment.feed_posts" in actions


def test_sent_again_nothing_is_new_whether_the_key_is_old_or_not() -> None:
    staff, client = keeper()
    of = source(keeper_id=staff).pk
    first = bring(client, of, told("A1"), told("A2", "司机"))
    assert bring(client, of, told("A1"), told("A2", "司机")).json() == first.json()
    assert PostDelivery.objects.count() == 1
    again = bring(client, of, told("A1"), told("A2", "司机", wage="7000元/月"), key="b2")
    assert outcomes(again) == ["same", "changed"]
    assert (Advert.objects.count(), Post.objects.count()) == (2, 2)
    reused = bring(client, of, told("A3"))
    assert reused.json()["error"]["code"] == "platform.key_reused"
    assert Advert.objects.count() == 2


def test_taken_back_it_is_gone_and_told_again_it_is_back() -> None:
    staff, client = keeper()
    of = source(keeper_id=staff).pk
    bring(client, of, told("2026/A 1"))
    assert outcomes(take_back(client, of, "2026/A 1", "nothing")) == ["withdrawn", "unknown"]
    assert Post.objects.get().state == "withdrawn"
    kept = take_back(client, of, "2026/A 1", "nothing")
    assert outcomes(kept) == ["withdrawn", "unknown"]  # the answer that was kept
    assert outcomes(take_back(client, of, "2026/A 1", key="t2")) == ["again"]
    assert outcomes(bring(client, of, told("2026/A 1"), key="b2")) == ["back"]
    assert Post.objects.get().state == "open"
    for wrong in ([], [""], [" A1"], ["A1\n"], [str(n) for n in range(501)]):
        assert take_back(client, of, *wrong, key="t3").status_code == 422


def test_only_the_keepers_key_and_only_while_the_source_is_live() -> None:
    staff, client = keeper()
    _, other = keeper("other")
    of = source(keeper_id=staff)
    bring(client, of.pk, told())
    assert other.get(OWN).json() == {"sources": []}
    for answer in (
        bring(other, of.pk, told("B1")),
        take_back(other, of.pk, "A1"),
        bring(client, uuid.uuid4(), told("B1"), key="b9"),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "employment.source_not_found"
    assert Client().get(OWN).status_code == 401
    Source.objects.update(state="paused")
    paused = bring(client, of.pk, told("B1"), key="b2")
    assert paused.json()["error"]["code"] == "employment.source_paused"
    assert Advert.objects.filter(withdrawn_on=None).count() == 1


def test_a_firms_program_tells_of_its_own_posts_alone() -> None:
    firm = hr()
    of = source("自家", kind="firm", firm_id=firm_id(firm)).pk
    assert firm.acting_for is not None
    client = program(subject_key(firm.acting_for, scopes=("read", "apply"), now=NOW))
    own = {"key": "A1", "title": "挤奶工", "body": BODY}
    assert outcomes(bring(client, of, own)) == ["new"]
    assert Post.objects.get().firm_id == firm_id(firm)
    answer = bring(client, of, told("A2"), key="b2")
    assert [each["code"] for each in answer.json()["posts"][0]["troubles"]] == ["other_firm"]
    reads = program(subject_key(firm.acting_for, label="只读", now=NOW))
    assert bring(reads, of, told("A3"), key="b3").status_code == 404


@pytest.mark.parametrize(
    "posts",
    [[], [{"key": "A1"}], [{"title": "x"}], [{"key": " ", "title": "x"}],
     [{"key": "A1", "title": "x", "salary": "1"}], [{"key": "A1", "title": 5}],
     [{"key": str(n), "title": "x"} for n in range(501)]],
)  # fmt: skip
def test_a_batch_of_another_shape_is_refused_whole(posts: list[dict[str, Any]]) -> None:
    staff, client = keeper()
    answer = bring(client, source(keeper_id=staff).pk, *posts)
    assert answer.status_code == 422
    assert PostDelivery.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_by_two_threads_at_once_is_taken_once(
    in_threads: Callable[..., list[Any]],
) -> None:
    # Race: the program's first request still runs when its retry arrives, under another key.
    staff, _ = keeper()
    of, key = source(keeper_id=staff).pk, staff_key(staff, label="重发", now=NOW)

    def sent(turn: int) -> Callable[[], Any]:
        return lambda: bring(program(key), of, told("A1"), key=f"b{turn}")

    answers = in_threads(*(sent(turn) for turn in range(4)))
    assert sorted(outcomes(one)[0] for one in answers) == ["new", "same", "same", "same"]
    assert Advert.objects.count() == 1
