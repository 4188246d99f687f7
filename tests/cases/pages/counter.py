"""Browsers at the citizen's pages on a day of our choosing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from denghuo.cases.models import FormDraft
from denghuo.cases.queries.drafts import read_answers
from tests.cases import world as w
from tests.people import browsers

SERVICE = f"/services/{w.SKILL}/"
APPLY = f"{SERVICE}apply/"
JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 200
SetClock = Callable[[datetime], None]
# The register has not heard of a certificate; everything else is known.
UNHEARD = {
    name: value
    for name, value in w.ENTITLED.items()
    if name not in ("has_skill_certificate", "certificate_on", "certificate_level")
}
ACCOUNT = {"bank": "内蒙古银行", "number": w.CARD, "holder": "乌云其木格"}


def photo(name: str = "证书.jpg", content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def draft_of(person: UUID) -> FormDraft:
    return FormDraft.objects.get(subject_id=person, case__isnull=True)


def answers_of(person: UUID) -> dict[str, object]:
    return dict(read_answers(draft_of(person)))


def begin(client: Client, item: str = w.SKILL) -> Any:
    """Press "begin" and follow to the first page."""
    return client.post(f"/services/{item}/start/", follow=True)


def answer(client: Client, person: UUID, name: str, **typed: str) -> Any:
    """Answer a question as its page does, and follow."""
    posted = {"draft": str(draft_of(person).pk), **typed}
    return client.post(f"{APPLY}{name}/", posted, follow=True)


def fill_in(client: Client, person: UUID) -> Any:
    """Everything the register did not know, up to the check."""
    begin(client)
    answer(client, person, "certificate_on", answer="20250610")
    answer(client, person, "certificate_level", answer="level_4")
    answer(client, person, "certificate_no", answer="Y0015 0102 330 00007")
    client.post(
        f"{APPLY}certificate_photo/",
        {"draft": str(draft_of(person).pk), "file": photo(), "next": "1"},
    )
    return answer(client, person, "account", **ACCOUNT)


def hand_in(client: Client, draft: UUID, *, follow: bool = True) -> Any:
    """Press "submit" under the declaration."""
    posted = {"draft": str(draft), "declared": "on"}
    return client.post(f"{APPLY}check/", posted, follow=follow)


def applied(client: Client, person: UUID) -> str:
    """From nothing to a receipt; the case's number."""
    fill_in(client, person)
    response = hand_in(client, draft_of(person).pk)
    found = re.search(r'class="serial">([A-Z0-9-]+)<', response.content.decode())
    assert found, response.content.decode()
    return found[1]


def page(response: Any) -> str:
    """The text of an answer."""
    text: str = response.content.decode()
    return text


def resident(person: UUID) -> Client:
    """A browser signed in as the person."""
    return browsers.resident(person)


def pdf(pages: int = 1, *, inside: bytes = b"") -> bytes:
    """A small file that begins and counts like a PDF."""
    out = BytesIO()
    out.write(b"%PDF-1.4\n1 0 obj\n")
    out.write(b"<< /Type /Pages /Count %d >>\nendobj\n" % pages)
    out.write(inside)
    out.write(b"\n%%EOF\n")
    return out.getvalue()
