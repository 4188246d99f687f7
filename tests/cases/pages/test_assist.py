"""At the counter: the clerk fills in for somebody, reads it back, prints the slip. Journey 21."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from denghuo.cases.models import Case, FormDraft
from denghuo.kernel.clock import day_of
from denghuo.kernel.region import Region
from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.mandates import withdraw_mandate
from denghuo.people.public import give_mandate
from denghuo.people.sessions import KEY
from denghuo.platform.public import SYSTEM, look_ups_of, store_file
from tests.cases import world as w
from tests.cases.pages.counter import (
    APPLY,
    SERVICE,
    SetClock,
    answer,
    begin,
    draft_of,
    fill_in,
    page,
    photo,
    resident,
)
from tests.factories.people import as_resident, make_firm, make_person, make_staff
from tests.people import browsers

pytestmark = pytest.mark.django_db
ALL = ("read", "apply", "documents", "money")
READ = f"{APPLY}read/"


def mandate(
    person: UUID,
    staff: UUID,
    scopes: Iterable[str] = ALL,
    *,
    until: date | None = None,
) -> UUID:
    """A signed paper, photographed."""
    subject = SubjectRef("person", person)
    paper = store_file(actor=SYSTEM, owner=subject, upload=photo("委托书.jpg"), now=w.NOW)
    return give_mandate(
        giver=subject,
        scopes=scopes,
        start_on=day_of(w.NOW),
        until_on=until or day_of(w.NOW) + timedelta(days=7),
        how="paper",
        to_staff=staff,
        paper_id=paper.id,
        actor=SYSTEM,
        now=w.NOW,
    )


def acting(staff: UUID, mandate_id: UUID) -> Client:
    client = browsers.staff(staff)
    session = client.session
    session[KEY] = {**session[KEY], "mandate": str(mandate_id)}
    session.save()
    return client


@pytest.fixture
def clerk(db: None, clock: SetClock) -> UUID:
    return make_staff("station1", now=w.NOW)


def test_filled_in_read_back_handed_in_and_a_slip(world: w.World, clerk: UUID) -> None:
    client = acting(clerk, mandate(world.person, clerk))
    text = page(client.get(SERVICE))
    assert "灯火工作台" in text
    assert "乌云其木格" in text
    fill_in(client, world.person)
    text = page(client.get(f"{APPLY}check/"))
    assert "填好了，念给本人听" in text
    assert 'name="declared"' not in text
    draft = str(draft_of(world.person).pk)
    text = page(client.post(f"{APPLY}check/", {"draft": draft}, follow=True))
    assert "一句一句念给本人听" in text
    assert "证书是几级？" in text
    assert "中级（四级）" in text
    response = client.post(READ, {"draft": draft, "declared": "on"})
    assert response.status_code == 422
    assert "请先念给本人听" in page(response)
    assert Case.objects.count() == 0
    posted = {"draft": draft, "declared": "on", "heard": "on"}
    text = page(client.post(READ, posted, follow=True))
    assert "打印回执单，交给本人" in text
    case = Case.objects.get()
    assert (case.channel, case.opened_by_staff) == ("station", clerk)
    slip = page(client.get(f"/me/cases/{case.number}/slip/"))
    for words in (str(case.number), "2025-09-08 星期一", "12333", "新城区就业服务中心 娜仁"):
        assert words in slip
    assert "签字的纸质委托书" in slip
    # The person hears of it, and reads who looked.
    assert "我们收到您的申请了" in page(resident(world.person).get("/inbox/"))
    assert look_ups_of(world.subject).total >= 2


def test_two_presses_at_the_counter_are_one_case(world: w.World, clerk: UUID) -> None:
    client = acting(clerk, mandate(world.person, clerk))
    fill_in(client, world.person)
    posted = {"draft": str(draft_of(world.person).pk), "declared": "on", "heard": "on"}
    first = client.post(READ, posted)
    second = client.post(READ, posted)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_clerk_cannot_hand_in_past_the_reading(world: w.World, clerk: UUID) -> None:
    client = acting(clerk, mandate(world.person, clerk))
    fill_in(client, world.person)
    posted = {"draft": str(draft_of(world.person).pk), "declared": "on"}
    client.post(f"{APPLY}check/", posted)
    assert Case.objects.count() == 0


def test_without_the_scope_the_account_is_the_person_s_to_give(world: w.World, clerk: UUID) -> None:
    client = acting(clerk, mandate(world.person, clerk, ("read", "apply")))
    begin(client)
    answer(client, world.person, "certificate_on", answer="20250610")
    response = answer(
        client, world.person, "account", bank="农行", number=w.CARD, holder="乌云其木格"
    )
    assert response.status_code == 403
    assert "这份委托没有写“替我确认收款账户”" in page(response)
    posted = {"draft": str(draft_of(world.person).pk), "file": photo(), "add": "1"}
    assert "替我交材料" in page(client.post(f"{APPLY}certificate_photo/", posted))


def test_an_expired_mandate_says_so_and_changes_nothing(
    world: w.World, clerk: UUID, clock: SetClock
) -> None:
    given = mandate(world.person, clerk)
    client = acting(clerk, given)
    begin(client)
    draft = str(draft_of(world.person).pk)
    clock(w.NOW + timedelta(days=7))
    client = acting(clerk, given)  # the night between ended the session, not the errand
    response = client.post(
        f"{APPLY}certificate_on/", {"draft": draft, "answer": "20250610"}, follow=True
    )
    assert "委托已经结束，刚才那一步没有执行" in page(response)
    assert FormDraft.objects.get().answers == "{}"
    assert client.get(f"{APPLY}certificate_on/").status_code == 404


def test_a_mandate_taken_back_works_at_once(world: w.World, clerk: UUID) -> None:
    given = mandate(world.person, clerk)
    client = acting(clerk, given)
    fill_in(client, world.person)
    withdraw_mandate(mandate_id=given, actor=as_resident(world.person), now=w.NOW)
    posted = {"draft": str(draft_of(world.person).pk), "declared": "on", "heard": "on"}
    client.post(READ, posted)
    assert Case.objects.count() == 0


def test_staff_of_another_sumu_or_without_a_mandate_see_nothing(
    world: w.World, clerk: UUID
) -> None:
    case = w.opened(world)
    other = make_staff("station2", area=Region.read("150602"), now=w.NOW)
    for staff in (clerk, other):
        client = browsers.staff(staff)
        for path in (f"/me/cases/{case.number}/", f"/me/cases/{case.number}/slip/", "/me/cases/"):
            assert client.get(path).status_code == 404, path
        assert client.post(f"{SERVICE}start/").status_code == 404
        withdrawn = client.post(f"/me/cases/{case.number}/withdraw/", {"words": "x"})
        assert withdrawn.status_code == 404
    # Under another person's mandate the case is not theirs either.
    stranger = make_person("那仁", now=w.NOW)
    client = acting(clerk, mandate(stranger, clerk))
    assert client.get(f"/me/cases/{case.number}/").status_code == 404


def test_reading_back_is_for_the_counter_only(world: w.World) -> None:
    client = resident(world.person)
    fill_in(client, world.person)
    assert client.get(READ).status_code == 404


def test_a_firm_s_case_is_its_handler_s_within_the_mandate(db: None, clock: SetClock) -> None:
    owner = make_person("巴特尔", now=w.NOW)
    firm = SubjectRef("firm", make_firm("北方牧业", now=w.NOW))
    reader = give_mandate(
        giver=firm,
        scopes=["read"],
        start_on=day_of(w.NOW),
        until_on=None,
        how="legal",
        to_person=owner,
        actor=SYSTEM,
        now=w.NOW,
    )
    client = browsers.resident(owner, mandate_id=reader)
    text = page(client.get("/services/stable-jobs-refund/"))
    assert "不用申请" in text
    assert "这项是给单位办的" not in text
    assert client.get("/me/cases/").status_code == 200
    text = page(client.get(SERVICE))
    assert "这项是给个人办的。您现在是替单位看的" in text
    assert client.post(f"{SERVICE}start/").status_code == 403
    # Reading only: handing in papers is another scope.
    response = client.get("/me/documents/")
    assert response.status_code == 403
    assert "替我交材料" in page(response)
