"""A season over persons: the certificates' register is the file, the persons are named by key."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.benefits.actions.seasons import create_season
from denghuo.benefits.models import Proposal, SampleCheck, Season
from denghuo.benefits.queries.season_figures import figures_of
from denghuo.cases.models import Case
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM, look_ups_of
from denghuo.policy.public import registry
from tests.benefits import offices
from tests.benefits import season_world as w
from tests.cases import world as cases_world
from tests.factories.people import HOHHOT, id_number, make_person
from tests.people import browsers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data(data_dir: object) -> None:
    """A data folder of each test alone."""


def cell(name: str, value: object) -> object:
    """A value as an office writes it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    spec = registry()[name]
    return spec.values[str(value)].zh if spec.values else value


def test_persons_found_by_their_certificates() -> None:
    numbers = [id_number(date(1990, 1, day)) for day in (1, 2, 3)]
    persons = [make_person(number=one, now=w.NOW) for one in numbers]
    officer = w.person("officer", "officer")
    cases_world.fund()
    names = list(cases_world.ENTITLED)
    headings = ["身份证号", *(registry()[name].labels.zh for name in names)]
    rows = [[one.text, *(cell(n, cases_world.ENTITLED[n]) for n in names)] for one in numbers]
    rows[2][1 + names.index("certificate_training_paid")] = "是"
    offices.applied(
        officer, offices.csv_bytes([headings, *rows]), mode="table", now=w.NOW, area=HOHHOT,
        observed_on=w.DAY, subject="person", office="人力资源证书库",
    )  # fmt: skip
    made = w.SeasonWorld(officer, w.person("checker", "reviewer"), w.person("signer", "reviewer"))
    made.season = create_season(
        actor=officer, item="skill-up-subsidy", period="2025", area=HOHHOT,
        as_of=w.NOW.date(), now=w.NOW,
    )  # fmt: skip
    row = w.opened(made)
    assert row.state == "opened", row.counts
    paid_for = Proposal.objects.filter(kind="entitled", out="").values_list("subject_id", flat=True)
    assert set(paid_for) == set(persons[:2])
    assert not Proposal.objects.filter(entity__in=[one.text for one in numbers]).exists()
    assert Case.objects.filter(item="skill-up-subsidy", state="proposed").count() == 2
    # Each person can read that their facts were looked at, by the season and by who checked.
    refs = [SubjectRef("person", one) for one in persons]
    looks = [[(one.actor, set(one.what)) for one in look_ups_of(ref).entries] for ref in refs]
    assert [len(one) for one in looks] == [1, 1, 0]
    read = {"certificate_level", "certificate_on"}
    assert all(by == SYSTEM.label and what >= read for one in looks[:2] for by, what in one)
    assert made.checker.staff_id is not None
    client = browsers.staff(made.checker.staff_id)
    assert client.get(f"/desk/seasons/{row.pk}/sample/1/").status_code == 200
    first = SampleCheck.objects.get(season=row, place=1).proposal.subject_id
    for ref in refs:
        last = look_ups_of(ref).entries[:1]
        seen = bool(last) and last[0].actor == made.checker.label
        assert seen == (ref.id == first)
    assert figures_of(Season.objects.get()).agrees
    periods = set(Case.objects.values_list("period", flat=True))
    assert periods == {"2025-06-10 level_4"}, "the place an application for it would hold"
