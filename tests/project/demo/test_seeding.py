"""The seeded region: counts, stories, rights, history; a second run changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from denghuo.cases.logic.states import State
from denghuo.cases.models import Case
from denghuo.kernel.subject import SubjectKind, SubjectRef
from denghuo.people.models import Firm, Household, Person
from denghuo.people.public import (
    branches_of,
    find_staff,
    person_of,
    personas,
    subjects_actor_may_act_for,
)
from denghuo.people.queries.staff import StaffView
from denghuo.places.models import Facility
from denghuo.platform.public import Actor, look_ups_of, unread_messages
from denghuo.policy.models import FactDispute, FactRecord
from denghuo.policy.public import Answer, answers_for, facts_of, registry
from denghuo.project.demo.identities import demo_id
from denghuo.project.demo.seeding import SIZES, seed_region
from denghuo.project.demo.spread import EMPTY_BANNER
from tests.project.demo.conftest import NOW, SEED, TODAY, Seeded


def answers(kind: SubjectKind, key: str) -> dict[str, Answer]:
    found = answers_for([SubjectRef(kind, demo_id(kind, key))], as_of=TODAY)
    return {one.definition.id: one for one in found}


def actor_of(view: StaffView | None) -> Actor:
    assert view is not None
    return Actor(kind="staff", staff_id=view.id, roles=view.roles, area=view.area)


def test_there_are_as_many_as_the_size_says(seeded: Seeded) -> None:
    wanted = SIZES["test"]
    assert Person.objects.count() == wanted.persons == seeded.summary["居民"]
    assert Firm.objects.count() == wanted.firms
    assert Facility.objects.filter(kind="station").count() == wanted.stations
    assert Household.objects.count() > 5
    assert seeded.steps[-1][1] == seeded.steps[-1][2]


def test_progress_only_grows(seeded: Seeded) -> None:
    last: dict[str, int] = {}
    for step, done, total in seeded.steps:
        assert last.get(step, 0) <= done <= total
        last[step] = done


STORIES: list[tuple[SubjectKind, str, str, str, int | None]] = [
    ("person", "founder", "startup-grant", "ENTITLED", 1_000_000),
    ("person", "founder", "startup-rent", "ENTITLED", 420_000),
    ("person", "welder", "skill-up-subsidy", "NOT", None),
    ("person", "electrician", "skill-up-subsidy", "ENTITLED", 150_000),
    ("person", "mother", "training-subsidy", "ENTITLED", None),
    ("person", "seeker", "youth-hostel", "ENTITLED", 2),
    ("person", "winner", "contest-award", "UNKNOWN", None),
    ("person", "partner", "loan-interest-person", "ENTITLED", 652_500),
    ("firm", "dairy", "stable-jobs-refund", "ENTITLED", 7_760_000),
    ("firm", "machines", "guaranteed-loan-firm", "NOT", None),
    ("firm", "logistics", "stable-jobs-refund", "UNKNOWN", None),
    ("firm", "glass", "stable-jobs-refund", "NOT", None),
    ("firm", "cooperative", "loan-interest-firm", "ENTITLED", 4_600_000),
    ("firm", "bank", "risk-pool-claim", "ENTITLED", 19_200_000),
    ("firm", "dairy", "injury-rate-cut", "NO_RULE", None),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story[1]}-{story[2]}")
def test_each_story_meets_its_answer(
    seeded: Seeded, story: tuple[SubjectKind, str, str, str, int | None]
) -> None:
    kind, key, policy, verdict, amount = story
    answer = answers(kind, key)[policy]
    assert answer.verdict.name == verdict
    if amount is not None:
        assert answer.amount == amount


def test_the_stories_touch_every_verdict() -> None:
    assert {verdict for *_, verdict, _ in STORIES} == {"ENTITLED", "NOT", "UNKNOWN", "NO_RULE"}


def test_one_more_hire_would_do(seeded: Seeded) -> None:
    misses = answers("firm", "machines")["guaranteed-loan-firm"].near_misses
    assert len(misses) == 1


def test_the_founder_s_facts_all_have_a_source_and_a_recent_day(seeded: Seeded) -> None:
    held = facts_of(SubjectRef("person", demo_id("person", "founder")), registry=registry())
    assert {"venture_registered_on", "key_group", "startup_grant_paid"} <= set(held)
    for fact in held.values():
        assert fact.known.source
        assert fact.known.observed_on is not None
        assert timedelta(0) < TODAY - fact.known.observed_on <= timedelta(days=20)


def test_the_register_of_today_agrees_with_what_skill_seasons_paid(seeded: Seeded) -> None:
    cases = Case.objects.filter(item="skill-up-subsidy", bulk_key__isnull=False)
    assert State.PAID in {case.state for case in cases}
    for case in cases:
        held = facts_of(SubjectRef("person", case.subject_id), registry=registry())
        told = {name: one.known.value for name, one in held.items()}
        named = f"{told['certificate_on']} {told['certificate_level']}"
        assert case.period == named
        assert told["skill_same_level_paid"] is (case.paid_fen > 0)
        assert (case.pay_problem == "no_account") is (case.paid_fen == 0)


def test_what_is_missing_is_one_office_s_column(seeded: Seeded) -> None:
    assert answers("firm", "logistics")["stable-jobs-refund"].missing == ("laid_off_count",)


def test_the_elder_has_no_phone_and_one_clerk_who_acts_for_him(seeded: Seeded) -> None:
    elder = SubjectRef("person", demo_id("person", "elder"))
    assert person_of(elder.id).phone_masked == ""
    clerk, other = actor_of(find_staff("demo-station")), actor_of(find_staff("demo-officer"))
    assert elder in {act.subject for act in subjects_actor_may_act_for(clerk, now=NOW)}
    assert elder not in {act.subject for act in subjects_actor_may_act_for(other, now=NOW)}


def test_the_mother_acts_for_her_daughter(seeded: Seeded) -> None:
    mother = SubjectRef("person", demo_id("person", "mother"))
    actor = Actor(kind="resident", person=mother, acting_for=mother)
    subjects = {act.subject for act in subjects_actor_may_act_for(actor, now=NOW)}
    assert SubjectRef("person", demo_id("person", "daughter")) in subjects


def test_every_persona_can_be_stepped_into(seeded: Seeded) -> None:
    views = personas()
    assert len(views) == seeded.summary["人物"]
    groups = Counter(view.group for view in views)
    assert groups["resident"] >= 8
    assert groups["firm"] >= 5
    roles = {role for view in views if view.staff_id for role in _roles(view.key)}
    wanted = {"policy_officer", "policy_publisher", "operator", "station", "officer", "leader"}
    assert wanted <= roles
    assert all(view.story and len(view.story) <= 300 for view in views)
    for view in views:
        if view.group == "firm":
            assert view.mandate_id is not None


def _roles(key: str) -> frozenset[str]:
    view = find_staff(f"demo-{key.removeprefix('staff-')}")
    assert view is not None
    return view.roles


def test_the_supermarket_has_three_branches(seeded: Seeded) -> None:
    assert len(branches_of(demo_id("firm", "supermarket"))) == 3


def test_nothing_stands_in_the_empty_banner(seeded: Seeded) -> None:
    assert not Person.objects.filter(residence__startswith=EMPTY_BANNER).exists()
    assert not Facility.objects.filter(division__code__startswith=EMPTY_BANNER).exists()


def test_pages_are_not_empty(seeded: Seeded) -> None:
    founder = SubjectRef("person", demo_id("person", "founder"))
    looks = look_ups_of(founder)
    assert looks.total == 3
    assert all(look.purpose for look in looks.entries)
    assert unread_messages(Actor(kind="resident", person=founder, acting_for=founder)) >= 3
    assert FactDispute.objects.filter(state="open").count() == 1
    assert FactDispute.objects.filter(state="upheld").count() == 1


def test_the_audit_chain_is_whole(seeded: Seeded) -> None:
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert "whole" in out.getvalue()


def test_a_second_seeding_changes_nothing(seeded: Seeded) -> None:
    before = (Person.objects.count(), FactRecord.objects.count(), Facility.objects.count())
    again = seed_region(
        "test", seed=SEED, today=TODAY, now=NOW, folder=seeded.facts, progress=lambda *_step: None
    )
    assert again == seeded.summary
    assert before == (
        Person.objects.count(),
        FactRecord.objects.count(),
        Facility.objects.count(),
    )
