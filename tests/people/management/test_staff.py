"""``denghuo staff`` on the command line."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from denghuo.people.actions.staff import check_first_factor
from denghuo.people.models import Staff

pytestmark = pytest.mark.django_db

WHO = ["--name", "娜仁", "--office", "新城区就业服务中心", "--role", "station", "--area", "150102"]


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("staff", *arguments, stdout=out)
    return out.getvalue()


def password_in(text: str) -> str:
    return text.split("本人）：")[1].split(maxsplit=1)[0]


def test_the_printed_password_opens_and_must_be_changed() -> None:
    password = password_in(run("open", "naren", *WHO))
    now = timezone.now()
    check_first_factor(login="naren", password=password, address="192.0.2.1", now=now)
    row = Staff.objects.get()
    assert row.password_temporary
    assert password not in row.password


def test_refusals_are_sentences() -> None:
    run("open", "naren", *WHO)
    with pytest.raises(CommandError, match="已经有人用了"):
        run("open", "NAREN", *WHO)
    with pytest.raises(CommandError, match="没有登录名是"):
        run("close", "nobody")
    with pytest.raises(CommandError, match="不是行政区划代码"):
        run("change", "naren", "--role", "station", "--area", "x")


def test_change_close_reset_and_list() -> None:
    first = password_in(run("open", "naren", *WHO))
    run("change", "naren", "--role", "officer", "--role", "reviewer", "--area", "1501")
    row = Staff.objects.get()
    assert (row.roles, row.area) == (["officer", "reviewer"], "150100000000")
    second = password_in(run("reset", "naren"))
    assert first != second
    run("close", "naren")
    listed = run("list")
    assert "停用" in listed
    assert "经办人员、复核人员" in listed
    assert second not in listed
