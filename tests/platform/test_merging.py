"""Letters and files follow a person whose two records became one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise, permutations
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.persons import merge_duplicates
from denghuo.platform.access import SYSTEM
from denghuo.platform.files.store import NoSuchFileError, read_file, store_file
from denghuo.platform.jobs.queue import publish
from denghuo.platform.merging import move_to_survivor
from denghuo.platform.messages.inbox import inbox_page, read_message
from denghuo.platform.messages.sending import send_message
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.models.files import StoredFile
from denghuo.platform.models.messages import Message
from denghuo.platform.worker import drain
from tests.factories.people import as_resident, make_person

NOW = datetime(2026, 5, 8, 4, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_an_unread_letter_and_a_file_survive_a_merge_told_twice() -> None:
    survivor, duplicate = make_person(), make_person("乌云")
    old = SubjectRef("person", duplicate)
    letter = send_message(
        to=old, kind="test.kind", title="材料已收到", body="全文", key=str(uuid4()), now=NOW
    )
    kept = [
        store_file(
            actor=as_resident(person),
            owner=SubjectRef("person", person),
            upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4\n" + text + b"\n%%EOF\n"),
        )
        for person, text in ((duplicate, b"one"), (duplicate, b"two"), (survivor, b"two"))
    ]
    merge_duplicates(survivor_id=survivor, duplicate_id=duplicate, actor=SYSTEM, now=NOW)
    drain()
    told = {"survivor": str(survivor), "duplicate": str(duplicate)}
    publish("people.persons_merged", told)
    drain()
    me = as_resident(survivor)
    assert inbox_page(me, page=1).unread == 1
    assert read_message(actor=me, message_id=letter, now=NOW).body == "全文"
    assert read_file(actor=me, file_id=kept[0].id).sha256 == kept[0].sha256
    # The bytes both brought: the survivor reads their own row of them.
    assert read_file(actor=me, file_id=kept[2].id).sha256 == kept[1].sha256
    with pytest.raises(NoSuchFileError):
        read_file(actor=me, file_id=kept[1].id)
    moves = AuditEntry.objects.filter(action="platform.move_to_survivor")
    assert moves.count() == 1


# First becomes second, second third; people tell of the first's new end as well.
TOLD = [(0, 1), (1, 2), (0, 2)]


def _held(text: bytes, *people: SubjectRef) -> None:
    """A letter and a file for each."""
    for person in people:
        send_message(
            to=person, kind="test.kind", title="到了", body="全文", key=str(uuid4()), now=NOW
        )
        store_file(
            actor=as_resident(person.id),
            owner=person,
            upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4\n" + text + str(person).encode()),
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "order",
    [
        *permutations(TOLD),
        *permutations(TOLD[:2]),
        *((*one, *one) for one in permutations(TOLD)),
    ],
)
def test_a_chain_told_in_any_order_ends_with_whoever_is_left(
    order: tuple[tuple[int, int], ...],
) -> None:
    chain = [SubjectRef("person", uuid4()) for _each in range(3)]
    _held(b"x", *chain)
    for duplicate, survivor in order:
        move_to_survivor(survivor=chain[survivor], duplicate=chain[duplicate], now=NOW)
    assert set(Message.objects.values_list("to", flat=True)) == {str(chain[2])}
    assert set(StoredFile.objects.values_list("owner", flat=True)) == {str(chain[2])}
    assert (Message.objects.count(), StoredFile.objects.count()) == (3, 3)


@pytest.mark.django_db
def test_a_ring_told_in_error_ends() -> None:
    one, other = (SubjectRef("person", uuid4()) for _each in range(2))
    _held(b"x", one, other)
    move_to_survivor(survivor=other, duplicate=one, now=NOW)
    move_to_survivor(survivor=one, duplicate=other, now=NOW)
    move_to_survivor(survivor=one, duplicate=one, now=NOW)
    assert Message.objects.values("to").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_tellings_at_once_strand_nothing(in_threads: Callable[..., list[object]]) -> None:
    for _round in range(5):
        chain = [SubjectRef("person", uuid4()) for _each in range(4)]
        _held(b"x", *chain)
        steps = [
            lambda one=one, other=other: move_to_survivor(survivor=other, duplicate=one, now=NOW)
            for one, other in pairwise(chain)
        ]
        assert in_threads(*steps) == [None] * 3
        held = [str(one) for one in chain[:-1]]
        assert not Message.objects.filter(to__in=held).exists()
        assert not StoredFile.objects.filter(owner__in=held).exists()
