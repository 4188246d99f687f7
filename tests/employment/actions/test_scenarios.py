"""Places given out on paper: three ways from one seed, once however often it is pressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from denghuo.employment.actions.scenarios import (
    WORK_OUT,
    GroupNotKnownError,
    ask_scenario,
    work_out_scenario,
)
from denghuo.employment.actions.wishes import pause_wish, set_work_consent
from denghuo.employment.models import Application, Post, Scenario, Wish
from denghuo.employment.queries.scenarios import (
    ScenarioNotFoundError,
    groups,
    scenario_of,
    scenarios_for,
    work_out,
)
from denghuo.kernel.region import Region
from denghuo.platform.models import AuditEntry, Job
from denghuo.platform.public import Actor, NotAllowedError
from tests.employment.market import NOW, applicant, firm_id, hr, make_post, person_ref
from tests.employment.seekers import BAOTOU, CLEANER, HOHHOT, KUNDULUN, lay_places, wishes
from tests.factories.people import as_staff, make_staff

FOR = {
    "occupation": CLEANER, "occupation_level": 4, "place": "150102000000", "hours": ["day"],
}  # fmt: skip
AREA = Region(HOHHOT)


def officer(login: str = "officer", area: Region = AREA) -> Actor:
    return as_staff(make_staff(login, roles=("officer",), area=area), roles=("officer",), area=area)


def market(people: int = 4) -> list[Actor]:
    """Two posts of one place each and one of two; more people than places."""
    lay_places()
    make_post(None, "保洁员", **{**FOR, "pay_low_fen": 500_000, "pay_high_fen": 700_000})
    make_post(None, "楼道保洁", **FOR)
    found = [applicant() for _ in range(people)]
    for at, one in enumerate(found):
        wishes(one, "保洁", reach_km=(10, 20, 50)[at % 3], pay="3000")
    return found


def asked(actor: Actor, group: str = "", area: Region = AREA) -> Scenario:
    found = ask_scenario(actor=actor, asked_key=uuid4(), area=area, group=group, now=NOW)
    work_out_scenario(found, now=NOW)
    return Scenario.objects.get(pk=found)


@pytest.mark.django_db
def test_three_ways_within_the_places_there_are() -> None:
    market()
    row = asked(officer())
    assert (row.state, row.posts, row.seekers) == ("done", 2, 4)
    assert [one["way"] for one in row.ways] == ["stable", "best_total", "largest"]
    places = dict(Post.objects.values_list("pk", "openings"))
    for one in row.ways:
        taken = Counter(post for post, *_ in one["placed"])
        assert all(count <= places[post] for post, count in taken.items())
        people = [who for _, who, *_ in one["placed"]]
        assert len(people) == len(set(people)) == one["figures"]["placed"]
        assert sum(score for *_, score in one["placed"]) == one["figures"]["total_score"]
        firsts = sum(place == 1 for _, _, place, _ in one["placed"])
        assert firsts == one["figures"]["first_choice"]
    by_way = {one["way"]: one["figures"] for one in row.ways}
    assert by_way["stable"]["blocking"] == 0
    assert by_way["largest"]["placed"] == max(one["placed"] for one in by_way.values()) == 2


@pytest.mark.django_db
def test_a_place_somebody_holds_is_not_given_out() -> None:
    people = market()
    desk = hr()
    post = make_post(desk, "保洁", **FOR, openings=2)
    for at, state in enumerate(("hired", "offered", "sent")):
        Application.objects.create(
            post=post, firm_id=firm_id(desk), person_id=person_ref(people[at]).id, state=state,
            created_at=NOW, changed_at=NOW,
            ended_at=NOW if state == "hired" else None,
            offer_until=NOW + timedelta(days=7) if state == "offered" else None,
        )  # fmt: skip
    for one in asked(officer()).ways:
        assert post.pk not in {placed[0] for placed in one["placed"]}


@pytest.mark.django_db
def test_only_who_agreed_and_looks_still() -> None:
    people = market()
    set_work_consent(actor=people[0], purpose="job_matching", given=False, now=NOW)
    pause_wish(actor=people[1], now=NOW)
    assert asked(officer()).seekers == 2


@pytest.mark.django_db
def test_another_area_and_another_group_have_their_own() -> None:
    market()
    make_post(None, "保洁员", **{**FOR, "place": KUNDULUN})
    assert asked(officer()).posts == 2
    elsewhere = asked(officer("baotou", Region(BAOTOU)), area=Region(BAOTOU))
    assert (elsewhere.posts, elsewhere.seekers, elsewhere.ways) == (1, 0, [])
    own = next(code for code, _ in groups() if code.startswith("4"))
    other = next(code for code, _ in groups() if code.startswith("6"))
    first = Scenario.objects.order_by("created_at").first()
    assert first is not None
    clerk = officer("third")
    assert (asked(clerk, own).posts, asked(clerk, other).posts) == (2, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3, 7])
def test_one_seed_gives_one_result_and_no_order_of_rows_changes_it(people: int) -> None:
    market(people)
    first = work_out(HOHHOT, "", "a-seed", NOW)
    assert work_out(HOHHOT, "", "a-seed", NOW) == first
    assert len(first.ways) == 3
    other = work_out(HOHHOT, "", "another", NOW)
    assert [one["figures"] for one in other.ways] == [one["figures"] for one in first.ways]


@pytest.mark.django_db
def test_nothing_is_done_to_anybody() -> None:
    market()
    before = (list(Post.objects.values()), list(Wish.objects.values("pk", "state", "version")))
    asked(officer())
    after = (list(Post.objects.values()), list(Wish.objects.values("pk", "state", "version")))
    assert after == before
    assert not Application.objects.exists()


@pytest.mark.django_db
def test_a_job_that_comes_twice_writes_once() -> None:
    market()
    clerk = officer()
    found = ask_scenario(actor=clerk, asked_key=uuid4(), area=AREA, group="", now=NOW)
    assert work_out_scenario(found, now=NOW) is True
    held = Scenario.objects.values().get(pk=found)
    assert work_out_scenario(found, now=NOW) is False
    assert Scenario.objects.values().get(pk=found) == held
    assert AuditEntry.objects.filter(action="employment.work_out_scenario").count() == 1


@pytest.mark.django_db
def test_another_area_is_refused_and_unseen() -> None:
    lay_places()
    row = asked(officer())
    stranger = officer("stranger", Region(BAOTOU))
    assert not scenarios_for(stranger).exists()
    with pytest.raises(ScenarioNotFoundError):
        scenario_of(stranger, row.pk)
    with pytest.raises(NotAllowedError):
        ask_scenario(actor=stranger, asked_key=uuid4(), area=AREA, group="", now=NOW)
    with pytest.raises(GroupNotKnownError):
        ask_scenario(actor=officer("own"), asked_key=uuid4(), area=AREA, group="9-99", now=NOW)
    key = Scenario.objects.get(pk=row.pk).asked_key
    with pytest.raises(NotAllowedError):
        ask_scenario(actor=officer("next"), asked_key=key, area=AREA, group="", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_run(in_threads: Callable[..., list[object]]) -> None:
    clerk, key = officer(), uuid4()

    def press() -> UUID:
        return ask_scenario(actor=clerk, asked_key=key, area=AREA, group="", now=NOW)

    first, second = in_threads(press, press)
    assert first == second == Scenario.objects.get().pk
    assert Job.objects.filter(kind=WORK_OUT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_result(in_threads: Callable[..., list[object]]) -> None:
    market(2)
    found = ask_scenario(actor=officer(), asked_key=uuid4(), area=AREA, group="", now=NOW)
    done = in_threads(*[lambda: work_out_scenario(found, now=NOW)] * 2)
    assert sorted(map(bool, done)) == [False, True]
    assert Scenario.objects.get().state == "done"
