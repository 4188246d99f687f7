"""Letters and files follow a person whose two records became one."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from denghuo.kernel.subject import SubjectRef
from denghuo.people.actions.persons import merge_duplicates
from denghuo.platform.access import SYSTEM
from denghuo.platform.files.store import NoSuchFileError, read_file, store_file
from denghuo.platform.jobs.queue import publish
from denghuo.platform.messages.inbox import inbox_page, read_message
from denghuo.platform.messages.sending import send_message
from denghuo.platform.models.audit import AuditEntry
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
