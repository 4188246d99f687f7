"""Work in the seeded region: posts of several sources, wishes, applications in every state."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Count, F

from denghuo.employment.logic.applications import State
from denghuo.employment.models import Advert, Application, Post, PostQuestion, Resume, Wish
from denghuo.employment.queries.matches import matches_for_person
from denghuo.employment.queries.questions import questions_for
from denghuo.people.public import has_consent
from denghuo.project.demo.case_offices import staff_actor
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.job_rows import Hirer, JobRow, Teller, make_rows
from denghuo.project.demo.job_trades import TRADES
from tests.project.demo.conftest import NOW, TODAY, Seeded

HIRERS = [
    Hirer(f"9115{at:014d}", f"第{at}家（演示）有限公司", section, f"1501{at % 4 + 2:02d}000000",
          "呼和浩特市", "赛罕区", "昭乌达路街道")
    for at, section in enumerate("ABCDEFGHIJKLMNOPQ" * 12)
]  # fmt: skip
TELLERS = [Teller("15", 3.0, TODAY), Teller("1501", 1.0, TODAY), Teller("150103", 2.0, TODAY)]


@pytest.fixture(scope="module")
def rows() -> list[list[JobRow]]:
    return make_rows(HIRERS, TELLERS, 4_000, seed=5)


def test_rows_are_as_many_and_the_same_for_a_seed(rows: list[list[JobRow]]) -> None:
    assert sum(map(len, rows)) == 4_000
    assert make_rows(HIRERS, TELLERS, 4_000, seed=5) == rows
    assert make_rows(HIRERS, TELLERS, 4_000, seed=6) != rows


def test_a_source_numbers_its_rows_once_and_speaks_for_its_area(rows: list[list[JobRow]]) -> None:
    for teller, told in zip(TELLERS, rows, strict=True):
        assert len({one.key for one in told}) == len(told)
        assert all(one.area.startswith(teller.areas) for one in told)


def test_the_shares_are_those_of_the_plan(rows: list[list[JobRow]]) -> None:
    everybody = [one for told in rows for one in told]
    doubles = sum("欢迎来电咨询" in one.body for one in everybody)
    ages = sum("岁" in one.body or "年轻人优先" in one.body for one in everybody)
    sexes = sum(any(word in one.body for word in ("限男", "女士", "性别")) for one in everybody)
    assert 0.08 < doubles / 4_000 < 0.12
    assert 0.035 < ages / 4_000 < 0.055
    assert 0.006 < sexes / 4_000 < 0.015


def test_every_trade_is_wanted_somewhere(rows: list[list[JobRow]]) -> None:
    titles = {one.title for told in rows for one in told}
    assert all(titles & set(one.titles) for one in TRADES)


def test_nobody_hires_below_the_floor_of_the_makers() -> None:
    assert all(0 < one.low < one.high for one in TRADES)


def test_posts_come_from_their_sources(seeded: Seeded) -> None:
    assert Advert.objects.exclude(source__kind="firm").count() == seeded.summary["岗位信息"]
    assert Post.objects.filter(state="open").count() >= 15
    assert not Post.objects.exclude(employer_name__contains="演示").exists()
    told = Counter(Advert.objects.values_list("source__kind", flat=True))
    assert {"board", "firm"} <= set(told)


def test_titles_are_coded_and_questions_wait(seeded: Seeded) -> None:
    assert Post.objects.exclude(occupation="").count() > Post.objects.count() // 2
    clerk = staff_actor("demo-season")
    states = Counter(PostQuestion.objects.values_list("state", flat=True))
    assert states["answered"] > 0
    assert len(questions_for(clerk)) == min(100, states["open"])


def test_applications_are_in_every_state_there_is(seeded: Seeded) -> None:
    held = set(Application.objects.values_list("state", flat=True))
    assert held == {str(one) for one in State}


def test_no_post_has_more_people_than_places(seeded: Seeded) -> None:
    taken = (
        Application.objects.filter(state__in=["offered", "hired"])
        .values("post")
        .annotate(taken=Count("pk"), places=F("post__openings"))
    )
    assert all(one["taken"] <= one["places"] for one in taken)


def test_what_is_over_is_erased(seeded: Seeded) -> None:
    for row in Application.objects.all():
        readable = row.state in {"sent", "seen", "interview", "offered", "hired"}
        assert bool(row.shared) is readable


def test_wishes_are_live_paused_withdrawn_and_half_told(seeded: Seeded) -> None:
    states = Counter(Wish.objects.values_list("state", flat=True))
    assert set(states) == {"live", "paused", "withdrawn", "draft"}
    assert Resume.objects.count() >= 2
    gone = Wish.objects.filter(state="withdrawn").values_list("person_id", flat=True)
    assert all(not has_consent(one, "job_matching") for one in gone)


@pytest.mark.parametrize("key", ["seeker", "mother", "welder", "winner"])
def test_each_persona_s_page_shows_posts(seeded: Seeded, key: str) -> None:
    found = matches_for_person(demo_id("person", key), NOW)
    assert found.wish is not None
    assert found.matches if key == "seeker" else (found.matches or found.newest or found.steps)
    assert found.ranked is (key != "winner")


def test_the_stories_of_applying(seeded: Seeded) -> None:
    def states(key: str) -> set[str]:
        rows = Application.objects.filter(person_id=demo_id("person", key))
        return set(rows.values_list("state", flat=True))

    assert states("seeker") == {"interview", "refused", "sent"}
    assert states("mother") == {"offered", "withdrawn", "seen"}
    assert states("welder") == {"hired"}


def test_an_interview_lies_ahead_and_an_offer_can_be_answered(seeded: Seeded) -> None:
    for row in Application.objects.filter(state="interview"):
        assert row.meet_at is not None
        assert row.meet_at > NOW
    for row in Application.objects.filter(state="offered"):
        assert row.offer_until is not None
        assert row.offer_until > NOW


def test_the_rows_of_a_day_are_of_that_day(seeded: Seeded) -> None:
    days = set(Advert.objects.values_list("first_seen_on", flat=True))
    assert max(days) < TODAY
