"""Everybody's lists as files: those of the pages, here and on a cluster alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from denghuo.employment.models import Post, Wish
from denghuo.employment.queries.live_posts import live_posts
from denghuo.employment.queries.matches import matches_for_person
from tests.employment.market import NOW, applicant, make_post
from tests.employment.seekers import CLEANER, XINCHENG, lay_places, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(db: None, monkeypatch: pytest.MonkeyPatch) -> datetime:
    lay_places()
    live_posts.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


def cleaning(**changed: Any) -> Post:
    values: dict[str, Any] = {
        "title": "保洁员", "body": "打扫。", "occupation": CLEANER, "occupation_level": 4,
        "place": XINCHENG, "hours": ["day"], "created_at": NOW - timedelta(hours=1),
        "changed_at": NOW - timedelta(hours=1),
    }  # fmt: skip
    return make_post(None, **{**values, **changed})


def written(folder: Path, *more: str) -> tuple[str, dict[str, list[int]]]:
    out = StringIO()
    call_command("match_lists", str(folder), *more, stdout=out)
    names = {one["id"]: one["wish"] for one in pq.read_table(folder / "wishes.parquet").to_pylist()}
    rows = pq.read_table(folder / "lists").to_pylist()
    return out.getvalue(), {names[one["id"]]: one["offers"] for one in rows}


def shown_to(person_id: Any) -> list[int]:
    return [one.post.id for one in matches_for_person(person_id, NOW).matches]


def market() -> list[Any]:
    for _ in range(3):
        cleaning()
    people = [applicant("甲乙"), applicant("丙丁"), applicant("戊己")]
    for person in people[:2]:
        wishes(person)
    wishes(people[2], consents=("found_by_firms",))  # did not agree to matching
    return people


def test_the_lists_are_those_of_the_pages(tmp_path: Path) -> None:
    people = market()
    text, found = written(tmp_path / "out")
    assert found == {
        str(Wish.objects.get(person_id=one.person.id).pk): shown_to(one.person.id)
        for one in people[:2]
    }
    assert all(len(one) == 3 for one in found.values())
    assert "意愿 2 份，岗位 3 个，排进名单 6 次，一个合适的也没有的 0 份" in text
    assert written(tmp_path / "two", "--most", "2")[1] == {
        wish: posts[:2] for wish, posts in found.items()
    }


def test_nobody_and_nothing_is_an_answer(tmp_path: Path) -> None:
    text, found = written(tmp_path / "out")
    assert found == {}
    assert "意愿 0 份，岗位 0 个" in text


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="不是空的"):
        call_command("match_lists", str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--most", "0"), "名单长度"), (("--most", "201"), "名单长度"),
     (("--cluster", "127.0.0.1"), "不是集群地址"), (("--cluster", "sc://127.0.0.1:1"), "连不上")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(
    more: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    market()
    with pytest.raises(CommandError, match=said):
        call_command("match_lists", str(tmp_path / "out"), *more)


@pytest.fixture
def cluster() -> Iterator[str]:
    sail = pytest.importorskip("pysail.spark")
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.mark.engine
def test_a_cluster_writes_the_same(cluster: str, tmp_path: Path) -> None:
    market()
    here = written(tmp_path / "here")
    assert written(tmp_path / "there", "--cluster", cluster) == here
