"""Personas: a door of the demo region that is a wall everywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from denghuo.people.actions.demo import UnknownPersonaGroupError
from denghuo.people.models import Mandate
from denghuo.people.public import mark_persona, personas
from denghuo.people.sessions import KEY
from tests.factories.people import make_firm, make_person, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demo(settings: Settings) -> None:
    settings.DEMO = True
    settings.SMS_URL = ""
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"


def marked() -> tuple[UUID, UUID]:
    now = timezone.now()
    person_id, staff_id = make_person("乌云其木格", now=now), make_staff("persona")
    make_firm("草原恒泰乳业", legal_representative=person_id, now=now)
    mark_persona(
        key="graduate", group="resident", title="刚毕业的大学生", story="回旗里找活儿。",
        person_id=person_id,
    )  # fmt: skip
    mark_persona(
        key="boss", group="firm", title="小厂老板", story="二十来个工人。",
        person_id=person_id, mandate_id=Mandate.objects.get().pk,
    )  # fmt: skip
    mark_persona(
        key="clerk", group="station", title="驿站工作人员", story="替老人办事。",
        staff_id=staff_id,
    )  # fmt: skip
    return person_id, staff_id


@pytest.mark.usefixtures("_demo")
def test_the_chooser_lists_everybody_by_group(client: Client) -> None:
    marked()
    page = client.get("/demo/").content.decode()
    assert page.index("居民") < page.index("刚毕业的大学生") < page.index("驿站工作人员")


def test_a_group_the_chooser_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownPersonaGroupError) as refused:
        mark_persona(
            key="lost", group="farm", title="牧户", story="养羊。", person_id=make_person()
        )
    assert refused.value.sentence == (
        "没有“farm”这一组人物，可以用的有：resident、firm、station、office、partner。"
    )
    assert personas() == ()


@pytest.mark.usefixtures("_demo")
def test_stepping_in_is_a_post_and_rotates_the_session(client: Client) -> None:
    person_id, _staff_id = marked()
    assert client.get("/demo/step-in/graduate/").status_code == 405
    assert client.post("/demo/step-in/graduate/").headers["Location"] == "/"
    assert client.session[KEY]["person"] == str(person_id)
    assert client.get("/me/").status_code == 200
    first = client.session.session_key
    client.post("/demo/step-in/clerk/")
    assert client.session.session_key != first
    assert "person" not in client.session[KEY]
    assert client.get("/desk/people/").status_code == 200
    assert client.get("/me/").status_code == 404


@pytest.mark.usefixtures("_demo")
def test_a_firms_persona_acts_for_the_firm(client: Client) -> None:
    marked()
    client.post("/demo/step-in/boss/")
    assert "草原恒泰乳业 给出的委托" in client.get("/me/mandates/").content.decode()


@pytest.mark.usefixtures("_demo")
def test_stepping_in_needs_the_forms_token() -> None:
    marked()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/step-in/graduate/").status_code == 403
    assert KEY not in strict.session


@pytest.mark.usefixtures("_demo")
def test_nobody_of_that_name(client: Client) -> None:
    assert client.post("/demo/step-in/nobody/").status_code == 404


@pytest.mark.usefixtures("_demo")
def test_the_sms_box_shows_the_code_and_it_signs_in(client: Client) -> None:
    client.post("/sign-in/", {"phone": "12012345678"})
    page = client.get("/demo/sms/").content.decode()
    assert "120****5678" in page
    assert "12012345678" not in page
    digits = page.split("验证码 ")[1][:6]
    assert client.post("/sign-in/code/", {"code": digits}).headers["Location"] == "/sign-in/who/"


@pytest.mark.no_postgres
@pytest.mark.parametrize(("flag", "routed"), [("", False), ("0", False), ("1", True)])
def test_the_flag_of_the_process_decides_whether_the_route_exists(flag: str, routed: bool) -> None:
    """In a fresh process, as it is served."""
    code = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "try: print(resolve('/demo/step-in/graduate/').url_name)\n"
        "except Resolver404: print('nothing')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DENGHUO_DEMO": flag,
            "DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == ("people_step_in" if routed else "nothing")


def test_in_production_there_is_no_such_address(client: Client) -> None:
    marked()
    for path in ("/demo/", "/demo/step-in/graduate/", "/demo/sms/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert KEY not in client.session


def test_in_production_the_view_itself_refuses(client: Client, settings: Settings) -> None:
    """The routes opened by a mistake of ours: the flag still decides."""
    marked()
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"
    assert client.get("/demo/").status_code in (302, 404)
    assert client.post("/demo/step-in/graduate/").status_code in (302, 404)
    assert client.get("/demo/sms/").status_code in (302, 404)
    assert KEY not in client.session


def test_in_production_a_personas_session_is_nobodys(client: Client) -> None:
    """A database or a cookie of a demo, opened without the flag."""
    person_id, staff_id = marked()
    for forged in (
        {"person": str(person_id), "how": "persona"},
        {"staff": str(staff_id), "version": 0, "how": "persona"},
    ):
        session = client.session
        session[KEY] = forged
        session.save()
        assert client.get("/me/").status_code == 302
        assert client.get("/desk/people/").status_code == 302
        assert KEY not in client.session


@pytest.mark.parametrize(
    "forged",
    [
        "text", 7, [], {}, {"person": "x"}, {"person": ""}, {"staff": "x"},
        {"person": "00000000-0000-0000-0000-000000000000"},
        {"staff": "00000000-0000-0000-0000-000000000000", "version": 0},
    ],
)  # fmt: skip
def test_a_broken_session_is_nobodys(client: Client, forged: object) -> None:
    session = client.session
    session[KEY] = forged
    session.save()
    assert client.get("/me/").status_code == 302
