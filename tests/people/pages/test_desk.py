"""The counter, as a clerk does it: journey 21."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from denghuo.kernel.clock import day_of
from denghuo.kernel.id_number import IdNumber
from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.corrections import (
    ask_correction,
)
from denghuo.people.actions.mandates import withdraw_mandate
from denghuo.people.actions.phone_codes import code_of
from denghuo.people.logic.phone import Phone
from denghuo.people.models import CorrectionRequest, IdentityClaim, Mandate, Person, PhoneCode
from denghuo.people.queries.mandates import paper_may_be_read
from denghuo.people.sessions import KEY
from denghuo.platform.logic.sms import TEMPLATES
from denghuo.platform.models.messages import Delivery
from denghuo.platform.public import look_ups_of
from tests.factories.people import (
    CHIFENG,
    as_resident,
    as_staff,
    id_number,
    make_person,
    make_staff,
)
from tests.people import browsers
from tests.people.flows import claimed

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
PHONE = Phone("13800138001")


def counter(login: str = "clerk") -> Client:
    return browsers.staff(make_staff(login))


def find(client: Client, number: IdNumber, purpose: str = "窗口代办") -> str:
    answer = client.post("/desk/people/", {"id_number": number.text, "purpose": purpose})
    return answer.headers.get("Location", "") or answer.content.decode()


def elder(phone: Phone | None = PHONE) -> tuple[UUID, IdNumber]:
    number = id_number()
    return make_person("娜仁其其格", number=number, phone=phone, now=timezone.now()), number


def in_a_week() -> str:
    return (day_of(timezone.now()) + timedelta(days=7)).isoformat()


def on_paper(client: Client, person_id: UUID) -> None:
    """A mandate to read, signed and photographed."""
    client.post(
        f"/desk/people/{person_id}/assist/paper/read/",
        {
            "scopes": ["read"],
            "until": in_a_week(),
            "paper": SimpleUploadedFile("委托书.png", PNG),
        },
    )


def test_finding_needs_a_reason_and_leaves_a_look() -> None:
    person_id, number = elder()
    clerk = counter()
    answer = clerk.post("/desk/people/", {"id_number": number.text})
    assert "请选一个原因" in answer.content.decode()
    assert look_ups_of(SubjectRef("person", person_id)).total == 0
    assert find(clerk, number) == f"/desk/people/{person_id}/"
    page = clerk.get(f"/desk/people/{person_id}/").content.decode()
    assert "娜仁其其格" in page
    assert "您查看的原因：窗口代办" in page
    assert number.text not in page
    assert look_ups_of(SubjectRef("person", person_id)).total == 2


def test_opening_an_address_without_a_reason_leads_to_the_question() -> None:
    person_id, _number = elder()
    answer = counter().get(f"/desk/people/{person_id}/")
    assert answer.headers["Location"] == "/desk/people/"
    assert look_ups_of(SubjectRef("person", person_id)).total == 0


@pytest.mark.parametrize(
    "typed",
    [
        "159901197001010015",
        "15059919900101001X",
        "810000199408230021",
        "１５０５９９１９９００１０１００１ｘ",
    ],
)
def test_numbers_that_crash_common_libraries_answer_in_words(typed: str) -> None:
    answer = counter().post("/desk/people/", {"id_number": typed, "purpose": "核对身份"})
    assert answer.status_code == 200
    assert "没有这个人" in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["", "123", "159901197001010016", "150102199013010018", "x" * 300]
)
def test_what_is_no_number_is_told(typed: str) -> None:
    answer = counter().post("/desk/people/", {"id_number": typed, "purpose": "核对身份"})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_staff_of_another_area_find_nobody() -> None:
    person_id, number = elder()
    far = browsers.staff(make_staff("far", area=CHIFENG))
    assert "没有这个人" in find(far, number)
    session = far.session
    session["people.desk_purposes"] = {str(person_id): "窗口代办"}
    session.save()
    for path in ("", "assist/", "assist/paper/"):
        assert far.get(f"/desk/people/{person_id}/{path}").status_code == 404
    assert look_ups_of(SubjectRef("person", person_id)).total == 0


def test_only_the_counter_may_enter(client: Client) -> None:
    person_id, _number = elder()
    bank = browsers.staff(make_staff("bank", roles=["bank"]))
    citizen = browsers.resident(person_id)
    for path in ("/desk/people/", f"/desk/people/{person_id}/", "/desk/people/corrections/"):
        assert bank.get(path).status_code == 404
        assert citizen.get(path).status_code == 404
        assert client.get(path).status_code == 302


def test_somebody_missing_is_entered_from_the_card() -> None:
    number = id_number()
    clerk = counter()
    page = find(clerk, number)
    assert "照证件登记" in page
    entered = {"id_number": number.text, "name": "娜仁", "phone": ""}
    location = clerk.post("/desk/people/register/", entered).headers["Location"]
    row = Person.objects.get()
    assert location == f"/desk/people/{row.pk}/"
    assert (row.proofing, row.phone) == ("in_person", None)
    again = clerk.post("/desk/people/register/", entered)
    assert again.status_code == 422
    assert "已经登记过了" in again.content.decode()


def test_a_claim_is_confirmed_with_the_card_in_hand() -> None:
    number = id_number()
    newcomer = claimed("乌云其木格", number, PHONE)
    clerk = counter()
    page = find(clerk, number, "核对身份")
    assert "等您核对" in page
    assert "乌云其木格" in page
    claim = IdentityClaim.objects.get()
    answer = clerk.post(f"/desk/people/claims/{claim.pk}/", {"confirm": "1"})
    assert answer.headers["Location"] == f"/desk/people/{newcomer}/"
    assert "窗口当面核对" in clerk.get(f"/desk/people/{newcomer}/").content.decode()
    assert clerk.post(f"/desk/people/claims/{claim.pk}/", {"confirm": "1"}).status_code == 404


def test_acting_for_an_elder_by_a_code_read_aloud() -> None:
    person_id, number = elder()
    clerk = counter()
    find(clerk, number)
    base = f"/desk/people/{person_id}/"
    assert "不能替本人办" in clerk.get(base).content.decode()
    answer = clerk.post(f"{base}assist/", {"scopes": ["read", "apply"], "until": in_a_week()})
    assert answer.headers["Location"] == f"{base}assist/code/"
    sent = Delivery.objects.get()
    words = TEMPLATES[sent.template].fill(json.loads(sent.values or ""))
    assert "新城区就业服务中心要为您代办" in words
    assert "请念给窗口工作人员" in words
    wrong = clerk.post(f"{base}assist/code/", {"code": "x"})
    assert "还可以再试 4 次" in wrong.content.decode()
    code = code_of(PhoneCode.objects.get().pk)
    assert clerk.post(f"{base}assist/code/", {"code": code}).headers["Location"] == base
    assert "您正在替本人办事" in clerk.get(base).content.decode()
    mandate = Mandate.objects.get()
    # The elder takes it back on their own page; the clerk's next click does nothing.
    withdraw_mandate(mandate_id=mandate.pk, actor=as_resident(person_id), now=timezone.now())
    answer = clerk.post("/desk/people/stop/", follow=True)
    assert "委托已经结束" in answer.content.decode()
    assert clerk.session[KEY]["mandate"] == ""


def test_acting_for_an_elder_without_a_phone_on_paper() -> None:
    person_id, number = elder(phone=None)
    clerk = counter()
    find(clerk, number)
    base = f"/desk/people/{person_id}/"
    assert "没有手机：签字的委托书" in clerk.get(base).content.decode()
    assert "没有登记手机号" in clerk.get(f"{base}assist/").content.decode()
    terms = {"scopes": ["read", "apply"], "until": in_a_week()}
    read = clerk.post(f"{base}assist/paper/", terms).headers["Location"]
    aloud = clerk.get(read).content.decode()
    assert "我叫 娜仁其其格" in aloud
    assert "替我填表和提交" in aloud
    assert "替我交材料" not in aloud
    assert number.text not in aloud + read
    assert "请先拍下" in clerk.post(f"{base}assist/paper/read/", terms).content.decode()
    fake = SimpleUploadedFile("委托书.png", b"MZ not a picture at all")
    refused = clerk.post(f"{base}assist/paper/read/", {**terms, "paper": fake})
    assert refused.status_code == 422
    assert not Mandate.objects.exists()
    photo = SimpleUploadedFile("委托书.png", PNG)
    answer = clerk.post(f"{base}assist/paper/read/", {**terms, "paper": photo})
    assert answer.headers["Location"] == base
    mandate = Mandate.objects.get()
    assert (mandate.how, mandate.paper is not None) == ("paper", True)
    clerk.post("/desk/people/stop/")
    assert clerk.session[KEY]["mandate"] == ""
    clerk.post(f"/desk/people/act/{mandate.pk}/")
    assert clerk.session[KEY]["mandate"] == str(mandate.pk)
    clerk.post(f"/desk/people/end/{mandate.pk}/")
    after = clerk.get(base).content.decode()
    assert "不能替本人办" in after
    assert "上一份委托已收回" in after


@pytest.mark.parametrize("days", [0, 31])
def test_terms_that_cannot_be_given_are_told_before_anybody_signs(days: int) -> None:
    person_id, number = elder(phone=None)
    clerk = counter()
    find(clerk, number)
    until = (day_of(timezone.now()) + timedelta(days=days)).isoformat()
    base = f"/desk/people/{person_id}/assist/paper/"
    page = clerk.post(base, {"scopes": ["read"], "until": until})
    assert page.status_code == 422
    assert "error-summary" in page.content.decode()
    # Written into the address by hand: the photo does not make them good.
    photo = SimpleUploadedFile("委托书.png", PNG)
    page = clerk.post(f"{base}read/", {"scopes": ["read"], "until": until, "paper": photo})
    assert page.status_code == 422
    assert not Mandate.objects.exists()
    assert clerk.get(f"{base}read/?scopes=all&until={until}").headers["Location"] == base


def test_the_slip_is_for_the_clerk_who_acts() -> None:
    person_id, number = elder(phone=None)
    clerk, colleague = counter(), counter("colleague")
    find(clerk, number)
    on_paper(clerk, person_id)
    mandate = Mandate.objects.get()
    slip = f"/desk/people/{person_id}/slip/{mandate.pk}/"
    page = clerk.get(slip).content.decode()
    assert str(mandate.pk)[:8].upper() in page
    assert "新城区就业服务中心 娜仁" in page
    assert "12345" in page
    far = browsers.staff(make_staff("far", area=CHIFENG))
    other, _ = elder(phone=None)
    assert colleague.get(slip).status_code == 404
    assert far.get(slip).status_code == 404
    assert clerk.get(f"/desk/people/{other}/slip/{mandate.pk}/").status_code == 404


def test_a_colleague_cannot_take_up_or_end_anothers_errand() -> None:
    person_id, number = elder(phone=None)
    clerk, colleague = counter(), counter("colleague")
    find(clerk, number)
    on_paper(clerk, person_id)
    mandate = Mandate.objects.get()
    assert colleague.post(f"/desk/people/act/{mandate.pk}/").status_code == 404
    assert colleague.post(f"/desk/people/end/{mandate.pk}/").status_code == 404


def test_a_correction_is_read_and_answered() -> None:
    person_id, _number = elder()
    ask_correction(
        person_id=person_id,
        field="residence",
        words="搬到了回民区",
        actor=as_resident(person_id),
        now=timezone.now(),
    )
    clerk, far = counter(), browsers.staff(make_staff("far", area=CHIFENG))
    request = CorrectionRequest.objects.get()
    assert "居住地" in clerk.get("/desk/people/corrections/").content.decode()
    assert "没有等核对的更正" in far.get("/desk/people/corrections/").content.decode()
    path = f"/desk/people/corrections/{request.pk}/"
    assert far.get(path).status_code == 404
    assert "搬到了回民区" in clerk.get(path).content.decode()
    looks = look_ups_of(SubjectRef("person", person_id))
    assert [one.what for one in looks.entries] == [("residence",)]
    clerk.post(path, {"result": "corrected", "answer": "已改为回民区"})
    assert clerk.get(path).status_code == 404
    page = browsers.resident(person_id).get("/me/").content.decode()
    assert "已改为回民区" in page


def test_the_paper_is_read_by_the_area_only() -> None:
    person_id, number = elder(phone=None)
    clerk = counter()
    find(clerk, number)
    on_paper(clerk, person_id)
    paper = Mandate.objects.get().paper
    assert paper is not None
    reviewer = as_staff(make_staff("reviewer", roles=["reviewer"]), roles=["reviewer"])
    assert paper_may_be_read(reviewer, paper.pk)
    assert not paper_may_be_read(as_staff(make_staff("far"), area=CHIFENG), paper.pk)
