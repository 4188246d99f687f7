"""People with facts, and browsers that look at their benefits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from denghuo.kernel.subject import SubjectRef
from denghuo.platform.public import SYSTEM
from denghuo.policy.public import NewFact, record_facts, registry

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def today() -> date:
    return timezone.localdate()


def days_ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def record(subject: SubjectRef, facts: Mapping[str, object], *, source: str = "") -> None:
    """Facts as their offices told them yesterday."""
    specs = registry()
    yesterday = today() - timedelta(days=1)
    rows = [
        NewFact(subject, name, value, source or specs[name].source, yesterday)
        for name, value in facts.items()
    ]
    record_facts(actor=SYSTEM, facts=rows, registry=specs, now=timezone.now())


def person_ref(person_id: UUID) -> SubjectRef:
    return SubjectRef("person", person_id)


def founder() -> dict[str, object]:
    """A graduate who opened a shop 400 days ago: the first grant is hers, the next is near."""
    return {
        "key_group": "graduate",
        "venture_registered": True,
        "venture_registered_on": days_ago(400),
        "venture_is_first": True,
        "venture_open": True,
        "jobs_insured_12m": 2,
        "jobs_lowest_36m": 1,
        "startup_grant_paid": 0,
        "has_skill_certificate": False,
        "contest_winner": False,
        "has_guaranteed_loan": False,
        "is_graduate": True,
        "in_incubator": False,
    }


WANTS_NOTHING: dict[str, object] = dict.fromkeys(
    ("wants_training", "wants_startup_training", "came_to_look", "wants_practice", "wants_loan"),
    False,
)
# What somebody tells the quick check, by question; the rest they say no to or skip.
TOLD = {
    "wishes": [],
    "key_group": "graduate",
    "venture_registered": "true",
    "venture_is_first": "true",
    "venture_open": "true",
    "venture_registered_on": "20240501",
    "jobs_insured_12m": "2",
    "startup_grant_paid": "0",
    "is_graduate": "true",
}


def fact_asked(page: str) -> str:
    """Which question a page asks; nothing where it asks none."""
    found = re.search(r'name="fact" value="(\w+)"', page)
    return found[1] if found else ""


def answer(client: Client, name: str, value: object, *, policy: str = "") -> str:
    """Answer a question as its form does; the next page."""
    address = "/benefits/questions/" + (f"?policy={policy}" if policy else "")
    key = "want" if name == "wishes" else "answer"
    response = client.post(address, {"fact": name, key: value}, follow=True)
    return response.content.decode()


def skip(client: Client, name: str) -> str:
    response = client.post("/benefits/questions/", {"fact": name, "skip": "1"}, follow=True)
    return response.content.decode()


def begin(client: Client, kind: str = "person") -> str:
    response = client.post("/benefits/check/", {"kind": kind}, follow=True)
    return response.content.decode()


def tell_everything(client: Client, told: Mapping[str, object]) -> list[str]:
    """Answer until nothing is asked; what is not told is a no, or skipped. Names in order."""
    page = begin(client)
    asked: list[str] = []
    while name := fact_asked(page):
        assert name not in asked, "asked twice"
        asked.append(name)
        if name in told:
            page = answer(client, name, told[name])
        elif 'value="false"' in page:
            page = answer(client, name, "false")
        else:
            page = skip(client, name)
    return asked
