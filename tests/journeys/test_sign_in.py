"""Signing in as people do it: a phone and a code, a password and a second factor.

The demo region's box of short messages stands in for the phone.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

# The routes are decided when they are imported: before any test raises the demo flag.
import denghuo.people.urls  # noqa: F401  for the effect
from denghuo.people.models import Person, PhoneCode
from denghuo.people.public import mark_persona
from tests.factories.people import PASSWORD, id_number, make_person, make_staff, phone
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.looks import overflow, serious_barriers, small_targets

TOO_OFTEN = "验证码输错了 5 次。为了您的安全，请等 15 分钟再重新获取。"


@pytest.fixture
def demo(settings: Settings) -> None:
    """As the demo region is served: its routes, its box of short messages."""
    settings.DEMO = True
    settings.SMS_URL = ""
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"


def ask_for_code(page: Page, number: str) -> None:
    page.get_by_label("手机号").fill(number)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_role("heading", name="填验证码")).to_be_visible()


def code_in_box(page: Page) -> str:
    """Read the newest message in the box, in a tab of its own, as one looks at a phone."""
    box = page.context.new_page()
    box.goto(page.url)
    box.get_by_role("link", name="打开演示短信箱看验证码").click()
    text = box.locator(".card").first.inner_text()
    box.close()
    found = re.search(r"\d{6}", text.splitlines()[-1])
    assert found
    return found[0]


def try_code(page: Page, digits: str) -> None:
    page.get_by_label("6 位验证码").fill(digits)
    page.get_by_role("button", name="登录", exact=True).click()


def wrong(digits: str) -> str:
    return "000000" if digits != "000000" else "111111"


def secret_on(page: Page) -> str:
    return page.locator("main code").inner_text().replace(" ", "")


@pytest.mark.usefixtures("demo", "transactional_db")
def test_a_resident_comes_for_the_first_time_and_comes_back(open_page: OpenPage) -> None:
    number = phone()
    page = open_page("/sign-in/?next=/me/mandates/")
    ask_for_code(page, number.text)
    # A wrong one first: the page says how many tries are left, and nothing is lost.
    try_code(page, wrong(code_in_box(page)))
    expect(page.locator(".field .error")).to_contain_text("还可以再试 4 次")
    assert serious_barriers(page) == []
    try_code(page, code_in_box(page))
    page.get_by_label("姓名").fill("乌云其木格")
    page.get_by_label("身份证号").fill("15010219900101")
    page.get_by_role("button", name="填好了").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.get_by_label("姓名").input_value() == "乌云其木格"
    page.get_by_label("身份证号").fill(id_number().text)
    page.get_by_role("button", name="填好了").click()
    expect(page.get_by_role("heading", name="家人和委托")).to_be_visible()
    page.goto(page.url.replace("/me/mandates/", "/me/"))
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_text("您已经退出。")).to_be_visible()
    # Sent twice in haste: two clicks are one sign-in, and one person.
    page.goto(page.url.rstrip("/") + "/sign-in/")
    PhoneCode.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    ask_for_code(page, number.text)
    page.get_by_label("6 位验证码").fill(code_in_box(page))
    page.get_by_role("button", name="登录", exact=True).dblclick()
    expect(page.get_by_role("heading", name="乌云其木格，您好")).to_be_visible()
    assert Person.objects.count() == 1
    # Back leads to a question that has been answered: it says so and shows the way on.
    page.go_back()
    expect(page.get_by_text("您已经登录了，现在是乌云其木格。")).to_be_visible()
    page.get_by_role("link", name="回首页").click()
    expect(page.get_by_role("heading", name="乌云其木格，您好")).to_be_visible()


@pytest.mark.usefixtures("demo", "transactional_db")
def test_five_wrong_codes_mean_a_wait_that_is_said(open_page: OpenPage) -> None:
    page = open_page("/sign-in/")
    number = phone().text
    ask_for_code(page, number)
    right = code_in_box(page)
    for left in (4, 3, 2, 1):
        try_code(page, wrong(right))
        expect(page.locator(".field .error")).to_contain_text(f"还可以再试 {left} 次")
    try_code(page, wrong(right))
    expect(page.locator(".field .error")).to_contain_text(TOO_OFTEN)
    # Neither the right digits nor a new code open before the wait is over.
    try_code(page, right)
    expect(page.locator(".field .error")).to_contain_text("请等 15 分钟")
    page.get_by_role("button", name="再发一条").click()
    expect(page.locator(".error-summary")).to_contain_text("请等 15 分钟")
    page.get_by_role("link", name="换个手机号").click()
    page.get_by_label("手机号").fill(number)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator(".error-summary")).to_contain_text("请等 15 分钟")
    # Somebody else on the same phone is not held up by it.
    ask_for_code(page, phone().text)


@pytest.mark.usefixtures("demo", "transactional_db")
def test_a_code_that_is_too_old_says_so_and_the_next_one_opens(open_page: OpenPage) -> None:
    make_person("乌云其木格", phone=(number := phone()))
    page = open_page("/sign-in/", scripts=False)
    ask_for_code(page, number.text)
    late = code_in_box(page)
    six_minutes = timedelta(minutes=6)
    for row in PhoneCode.objects.all():
        row.created_at -= six_minutes
        row.expires_at -= six_minutes
        row.save(update_fields=["created_at", "expires_at"])
    try_code(page, late)
    expect(page.locator(".field .error")).to_contain_text("已经过了 5 分钟，不能再用了")
    page.get_by_role("button", name="再发一条").click()
    expect(page.get_by_text("请用最新的那条")).to_be_visible()
    try_code(page, code_in_box(page))
    expect(page.get_by_role("heading", name="乌云其木格，您好")).to_be_visible()


@pytest.mark.usefixtures("transactional_db")
def test_a_persona_link_leads_nowhere_outside_the_demo(
    open_page: OpenPage, settings: Settings
) -> None:
    mark_persona(
        key="graduate", group="resident", title="毕业生", story="找活儿。",
        person_id=make_person("乌云其木格"),
    )  # fmt: skip
    page = open_page("/demo/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到")
    answer = page.request.post(page.url + "step-in/graduate/")
    assert answer.status == 404
    page.goto(page.url.replace("/demo/", "/me/"))
    expect(page.get_by_role("heading", name="用手机号登录")).to_be_visible()
    # The same database, served as the demo it is.
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.people.urls_with_demo"
    page.goto(page.url.split("/sign-in/")[0] + "/demo/")
    page.get_by_role("button", name="以乌云其木格的身份看").click()
    expect(page.get_by_role("heading", name="乌云其木格，您好")).to_be_visible()


@pytest.mark.usefixtures("transactional_db")
def test_staff_bind_a_phone_then_sign_in_with_both_factors(open_page: OpenPage) -> None:
    make_staff()
    page = open_page("/desk/people/", width=DESKTOP)

    def first_factor(password: str) -> None:
        page.get_by_label("登录名").fill("clerk")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="下一步").click()

    first_factor("wrong")
    expect(page.locator(".field .error")).to_contain_text("还可以再试 4 次")
    assert page.get_by_label("登录名").input_value() == "clerk"
    assert page.get_by_label("密码").input_value() == ""
    first_factor(PASSWORD)
    # Enrolment: the QR code is a picture of our own that really came.
    picture = page.get_by_role("img", name="绑定用的二维码")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("n => n.naturalWidth") > 100
    assert serious_barriers(page) == []
    app = pyotp.TOTP(secret_on(page))
    page.get_by_label("动态码").fill("000000" if app.now() != "000000" else "111111")
    page.get_by_role("button", name="绑定并登录").click()
    expect(page.locator(".field .error")).to_contain_text("动态码不对")
    assert secret_on(page) == app.secret
    used = app.now()
    page.get_by_label("动态码").fill(used)
    page.get_by_role("button", name="绑定并登录").click()
    expect(page.get_by_role("heading", name="绑定好了，请收好备用码")).to_be_visible()
    recovery = page.locator("main li code").all_inner_texts()
    assert len(recovery) == len(set(recovery)) == 10
    page.get_by_role("link", name="收好了，开始工作").click()
    expect(page.get_by_role("heading", name="照身份证找人")).to_be_visible()

    def sign_out_and_begin_again() -> None:
        page.goto(page.url.split("/desk/")[0] + "/desk/account/")
        page.get_by_role("button", name="退出登录").click()
        page.goto(page.url.rstrip("/") + "/desk/account/")
        first_factor(PASSWORD)

    # The digits that bound it do not open again; a code from paper does, once.
    sign_out_and_begin_again()
    for typed, said in ((used, "每个动态码只能用一次"), ("abcd", "还可以再试")):
        page.get_by_label("动态码").fill(typed)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.locator(".field .error")).to_contain_text(said)
    page.get_by_label("动态码").fill(recovery[0].upper())
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="娜仁", exact=True)).to_be_visible()
    sign_out_and_begin_again()
    page.get_by_label("动态码").fill(recovery[0])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(".field .error")).to_contain_text("还可以再试")
    # The next digits of the app open: those of the step after the one used.
    page.get_by_label("动态码").fill(app.at(timezone.now(), counter_offset=1))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="娜仁", exact=True)).to_be_visible()


@pytest.mark.usefixtures("demo", "transactional_db")
def test_signing_in_by_the_keyboard_alone(open_page: OpenPage) -> None:
    make_person("乌云其木格", phone=(number := phone()))
    page = open_page("/sign-in/", width=DESKTOP)
    field = page.get_by_label("手机号")
    for _ in range(30):
        page.keyboard.press("Tab")
        if field.evaluate("n => n === document.activeElement"):
            break
    page.keyboard.type(number.text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="填验证码")).to_be_visible()
    # The one thing to fill in has the focus already.
    expect(page.get_by_label("6 位验证码")).to_be_focused()
    page.keyboard.type(code_in_box(page))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="乌云其木格，您好")).to_be_visible()


@pytest.mark.usefixtures("demo", "transactional_db")
@pytest.mark.parametrize(
    ("language", "elder"), [("zh-hans", 0), ("zh-hans", 22), ("en", 30), ("mn", 30)]
)
def test_the_door_fits_every_eye_and_tongue(open_page: OpenPage, language: str, elder: int) -> None:
    """The largest type on a phone; zoom of 200 % and 400 % on a desk, as narrower windows."""
    page = open_page("/sign-in/", elder=elder, language=language)
    page.locator("#id_phone").fill(phone().text)
    paths = ["/sign-in/", "/desk/sign-in/"]
    page.locator("main form button").first.click()
    paths.append("/sign-in/code/")
    site = page.url.split("/sign-in/")[0]
    for path in paths:
        page.goto(site + path)
        for width in (PHONE, 320, DESKTOP // 2):
            page.set_viewport_size({"width": width, "height": 844})
            assert overflow(page) <= 0, (path, width)
        assert small_targets(page, 60 if elder else 44) == []
        assert serious_barriers(page) == []
