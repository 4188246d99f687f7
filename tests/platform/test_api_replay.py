"""A write under one key happens once: replayed, raced, refused, cut short, forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from denghuo.kernel.refusal import RefusalError
from denghuo.kernel.subject import SubjectRef
from denghuo.platform.api_replay import (
    ANSWERS_KEPT,
    KeyAtWorkError,
    KeyReusedError,
    forget_old_answers,
)
from denghuo.platform.models import ApiAnswer
from denghuo.platform.public import (
    SYSTEM,
    Actor,
    answer_once,
    answer_once_claimed,
    record_audit,
    sent_file,
    sent_json,
)

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CALLER = Actor(kind="program", key_id=uuid4(), acting_for=SubjectRef("firm", uuid4()))
Once = Callable[..., dict[str, object]]
EACH = pytest.mark.parametrize("once", [answer_once, answer_once_claimed])


class NotTodayError(RefusalError):
    """A refusal of a room."""

    code = "platform.not_today"
    template = "今天不行。"


def counting() -> Callable[[], dict[str, object]]:
    """An act whose answer says how often it was done; each time it leaves an audit row."""
    times = itertools.count(1)

    def act() -> dict[str, object]:
        with transaction.atomic():
            record_audit(actor=SYSTEM, action="test.act", at=NOW)
        return {"times": next(times), "at": NOW, "id": uuid4()}

    return act


def ask(
    once: Once,
    act: Callable[[], dict[str, object]],
    *,
    key: str = "k-1",
    sent: bytes = b"a",
    actor: Actor = CALLER,
    now: datetime = NOW,
    response: HttpResponse | None = None,
) -> dict[str, object]:
    return once(actor, key, sent, act, response=response or HttpResponse(), now=now)


@pytest.mark.django_db
@EACH
def test_the_same_key_gives_the_same_answer_word_for_word(once: Once) -> None:
    act, again = counting(), HttpResponse()
    first = ask(once, act)
    assert ask(once, act, response=again) == first
    assert first["times"] == 1
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db
@EACH
def test_other_contents_under_a_used_key_are_refused(once: Once) -> None:
    act = counting()
    ask(once, act)
    with pytest.raises(KeyReusedError) as refused:
        ask(once, act, sent=b"b")
    assert refused.value.status == 409
    assert ask(once, act)["times"] == 1


@pytest.mark.django_db
@EACH
def test_keys_are_the_callers_own(once: Once) -> None:
    act = counting()
    others = (
        Actor(kind="program", key_id=uuid4(), acting_for=CALLER.acting_for),
        Actor(kind="program", key_id=CALLER.key_id, acting_for=SubjectRef("firm", uuid4())),
        Actor(kind="staff", staff_id=uuid4()),
    )
    assert ask(once, act)["times"] == 1
    assert [ask(once, act, actor=other)["times"] for other in others] == [2, 3, 4]
    assert ask(once, act, key="k-2")["times"] == 5


@pytest.mark.django_db
@EACH
def test_a_refused_request_leaves_its_key_free(once: Once) -> None:
    def refuse() -> dict[str, object]:
        raise NotTodayError

    with pytest.raises(NotTodayError):
        ask(once, refuse)
    assert not ApiAnswer.objects.exists()
    assert ask(once, counting(), sent=b"mended")["times"] == 1


@EACH
def test_two_at_once_act_once(
    once: Once, transactional_db: None, in_threads: Callable[..., list[object]]
) -> None:
    act = counting()
    found = in_threads(*[lambda: ask(once, act)] * 6)
    told = [one for one in found if isinstance(one, dict)]
    # What writes files does not wait for the first; it says that the first is at work.
    assert all(isinstance(one, dict | KeyAtWorkError) for one in found), found
    assert told
    assert {str(one) for one in told} == {str(ask(once, act))}
    assert told[0]["times"] == 1
    if once is answer_once:
        assert len(told) == 6


@pytest.mark.django_db
def test_what_fails_in_the_middle_leaves_nothing() -> None:
    def half() -> dict[str, object]:
        counting()()
        raise RuntimeError("the machine stops")

    with pytest.raises(RuntimeError):
        ask(answer_once, half)
    assert not ApiAnswer.objects.exists()


@pytest.mark.django_db
def test_a_claim_whose_holder_was_killed_ends() -> None:
    class Killed(BaseException):
        pass

    def die() -> dict[str, object]:
        raise Killed

    with pytest.raises(Killed):
        ask(answer_once_claimed, die)
    # A process that is killed outright does not even take its claim back.
    ask(answer_once_claimed, counting())
    ApiAnswer.objects.update(answer=None)
    with pytest.raises(KeyAtWorkError) as refused:
        ask(answer_once_claimed, counting(), now=NOW + timedelta(minutes=9))
    assert refused.value.values["wait_seconds"] == 5
    later = NOW + timedelta(minutes=10)
    assert ask(answer_once_claimed, counting(), now=later)["times"] == 1


@pytest.mark.django_db
def test_answers_are_sealed_and_forgotten_after_two_weeks() -> None:
    ask(answer_once, lambda: {"holder": "乌云其木格"})
    raw = ApiAnswer.objects.extra(select={"raw": "answer"}).values_list("raw", flat=True).get()
    assert "乌云其木格".encode() not in bytes(raw)
    assert forget_old_answers(now=NOW + ANSWERS_KEPT) == 0
    assert forget_old_answers(now=NOW + ANSWERS_KEPT + timedelta(seconds=1)) == 1
    assert ask(answer_once, counting(), sent=b"other")["times"] == 1


def posted(path: str, body: bytes) -> bytes:
    return sent_json(RequestFactory().post(path, body, content_type="application/json"))


def test_the_order_of_names_in_a_body_says_nothing() -> None:
    assert posted("/a", b'{"x": 1, "y": [1, 2]}') == posted("/a", b'{"y": [1,2], "x":1}')
    different = [b'{"x": 1, "y": [2, 1]}', b'{"x": true, "y": [1, 2]}', b'{"x": "1", "y": [1, 2]}']
    assert len({posted("/a", body) for body in different}) == 3
    assert posted("/a", b"{}") != posted("/b", b"{}")
    assert posted("/a?x=1", b"{}") != posted("/a?x=2", b"{}")
    assert posted("/a", b"") != posted("/a", b"{}")
    # An operation that reads no body is sent one all the same, of whatever kind.
    assert len({posted("/a", body) for body in (b"", b"--x--", b"\xff", b'"\\ud800"')}) == 4


def test_a_file_is_known_by_its_bytes_its_name_and_its_fields() -> None:
    request = RequestFactory().post("/a")
    upload = SimpleUploadedFile("a.csv", b"one")
    known = sent_file(request, upload, area="15")
    assert upload.read() == b"one"
    assert sent_file(request, SimpleUploadedFile("a.csv", b"one"), area="15") == known
    others = [
        sent_file(request, SimpleUploadedFile("a.csv", b"two"), area="15"),
        sent_file(request, SimpleUploadedFile("b.csv", b"one"), area="15"),
        sent_file(request, SimpleUploadedFile("a.csv", b"one"), area="1501"),
    ]
    assert len({known, *others}) == 4
