"""``denghuo api-key``: make, list, revoke."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from denghuo.people.models import ApiKey
from denghuo.people.queries.api_keys import WrongKeyError, actor_of_key
from tests.factories.people import make_firm, make_staff

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    said = StringIO()
    call_command("api_key", *words, stdout=said)
    return said.getvalue()


def key_in(text: str) -> str:
    [key] = re.findall(r"dh_[\w-]{43}", text)
    return str(key)


def test_from_making_to_revoking() -> None:
    make_staff("naren", roles=("policy_officer",))
    key = key_in(run("make", "夜间对账", "--staff", "naren", "--days", "7"))
    assert actor_of_key(key, now=timezone.now()).roles == {"policy_officer"}
    listed = run("list")
    assert "夜间对账" in listed
    assert "从未用过" in listed
    assert key not in listed
    assert run("revoke", str(ApiKey.objects.get().pk)) == "停用了。\n"
    assert "已停用" in run("list")
    with pytest.raises(WrongKeyError):
        actor_of_key(key, now=timezone.now())


def test_a_firms_key_reads_unless_told_more() -> None:
    firm = f"firm:{make_firm()}"
    key = key_in(run("make", "财务软件", "--subject", firm))
    assert actor_of_key(key, now=timezone.now()).scopes == {"read"}
    more = key_in(run("make", "申报", "--subject", firm, "--scope", "apply", "--scope", "read"))
    assert actor_of_key(more, now=timezone.now()).scopes == {"read", "apply"}


@pytest.mark.parametrize(
    "words",
    [
        ("make", "对账", "--staff", "nobody"),
        ("make", "对账", "--subject", "firm:nobody"),
        ("make", "对账", "--staff", "naren", "--scope", "read"),
        ("make", "对账", "--staff", "naren", "--days", "4000"),
        ("make", "对账"),
        ("revoke", "2f0c8a52-6f0e-4c51-9d5e-0d6f3a0b7c11"),
    ],
)
def test_a_wrong_order_gets_a_sentence(words: tuple[str, ...]) -> None:
    make_staff("naren")
    with pytest.raises(CommandError):
        run(*words)
    assert not ApiKey.objects.exists()
