"""Where a voucher leads: the file for case staff, the sums alone for the treasurer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from denghuo.kernel.region import Region
from denghuo.ledger.pages.words import about_path
from denghuo.ledger.public import entries_about
from denghuo.platform.public import look_ups_of
from tests.cases import world as w
from tests.cases.pages.counter import page
from tests.cases.pages.test_desk import at_desk
from tests.cases.test_invariants_money import paid_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(known_world: w.World) -> tuple[w.World, str]:
    w.fund()
    case = paid_case(known_world)
    return known_world, str(case.id)


def test_the_books_own_link_leads_to_the_case(paid: tuple[w.World, str]) -> None:
    _world, case_id = paid
    about = f"cases.Case:{case_id}"
    assert entries_about(about)
    assert about_path(about) == reverse("about_cases_case", args=[case_id])


def test_case_staff_are_led_to_the_file(paid: tuple[w.World, str]) -> None:
    world, case_id = paid
    answer = at_desk(world.office.officer).get(about_path(f"cases.Case:{case_id}"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/desk/cases/JN-")


def test_a_treasurer_sees_what_the_payment_rests_on_and_nothing_told(
    paid: tuple[w.World, str],
) -> None:
    world, case_id = paid
    before = look_ups_of(world.subject).total
    treasurer = at_desk(w.staff("treasurer", "treasurer", area=w.HOHHOT))
    answer = treasurer.get(about_path(f"cases.Case:{case_id}"))
    shown = page(answer)
    assert answer.status_code == 200
    assert "1,500.00" in shown
    assert "娜仁" in shown, "who signed"
    assert "乌云其木格" not in shown
    assert w.CARD not in shown
    looks = look_ups_of(world.subject)
    assert looks.total == before + 1
    assert "付款凭证" in looks.entries[0].purpose


def test_others_are_told_nothing(paid: tuple[w.World, str]) -> None:
    _world, case_id = paid
    path = about_path(f"cases.Case:{case_id}")
    for actor in (
        w.staff("far", "treasurer", area=Region.read("1502")),
        w.staff("far", "officer", area=Region.read("1502")),
    ):
        assert at_desk(actor).get(path).status_code == 404
    assert at_desk(w.staff("station", "station")).get(path).status_code in (403, 404)
    assert (
        at_desk(w.staff("t", "treasurer"))
        .get("/desk/cases/about/00000000-0000-0000-0000-000000000000/")
        .status_code
        == 404
    )
