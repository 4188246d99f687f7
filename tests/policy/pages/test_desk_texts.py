"""A text through two hands; a broken one says its line and keeps what was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from denghuo.platform.public import Actor
from denghuo.policy.actions import texts
from denghuo.policy.actions.texts import (
    AnotherProposedError,
    TextChangedError,
    WorkedCaseFailsError,
    draft_text,
    edit_text,
    propose_text,
    publish_text,
    return_text,
)
from denghuo.policy.logic.publishing import MoveNotAllowedError
from denghuo.policy.models import PolicyText
from denghuo.policy.queries.library import speaking_text
from tests.factories.people import NOW
from tests.policy import firms
from tests.policy.firms import POLICY


def press(client: Client, text_id: UUID, step: str, **more: str) -> HttpResponse:
    """A button pressed on the page as it stands now."""
    form = {"digest": PolicyText.objects.get(id=text_id).digest, **more}
    return cast("HttpResponse", client.post(f"/desk/texts/{text_id}/{step}/", form))


def test_a_text_goes_through_two_hands(officer: Client) -> None:
    written = speaking_text(POLICY).replace("summary:", "# 改了一句\nsummary:", 1)
    sent = officer.post(f"/desk/policies/{POLICY}/write/", {"text": written, "note": "试"})
    text_id = PolicyText.objects.get().id
    assert sent.status_code == 302
    assert press(officer, text_id, "propose").status_code == 302
    assert press(officer, text_id, "publish").status_code == 409
    both = firms.browser("both", role="policy_publisher")
    assert "等发布" in both.get(f"/desk/texts/{text_id}/").content.decode()
    assert press(both, text_id, "return", reason=" ").status_code == 422
    assert press(both, text_id, "publish").status_code == 302
    assert press(both, text_id, "publish").status_code == 409  # pressed twice
    assert speaking_text(POLICY) == written.replace("\r\n", "\n")
    press(both, text_id, "withdraw", reason="写错了")
    assert speaking_text(POLICY) != written
    steps = AuditEntry.objects.filter(entity=f"policy.PolicyText:{text_id}").order_by("seq")
    assert [row.action.removeprefix("policy.") for row in steps] == [
        "draft_text", "propose_text", "publish_text", "withdraw_text",
    ]  # fmt: skip


def test_two_publishers_at_once_publish_once(
    officer: Client, in_threads: Callable[..., list[object]]
) -> None:
    officer.post(f"/desk/policies/{POLICY}/write/", {"text": speaking_text(POLICY), "note": "试"})
    text_id = PolicyText.objects.get().id
    press(officer, text_id, "propose")
    digest = PolicyText.objects.get().digest
    hands = [firms.staff(f"hand{n}", role="policy_publisher") for n in range(3)]
    results = in_threads(
        *[
            lambda hand=hand: publish_text(actor=hand, text_id=text_id, digest=digest, now=NOW)
            for hand in hands
        ]
    )
    assert results.count(None) == 1
    assert sum(isinstance(result, MoveNotAllowedError) for result in results) == 2
    assert AuditEntry.objects.filter(action="policy.publish_text").count() == 1


def drafted(author: Actor, name: str = POLICY, change: str = "") -> UUID:
    """A draft of somebody's, with something changed in it."""
    written = speaking_text(name).replace("summary:\n  zh: ", f"summary:\n  zh: {change}", 1)
    return draft_text(actor=author, text=written, note="试", now=NOW)


@pytest.mark.parametrize("step", ["publish", "return"])
def test_what_was_not_read_is_not_judged(officer: Client, step: str) -> None:
    """Returned by one, mended and proposed again while another still reads the first wording."""
    author = firms.staff("author")
    text_id = drafted(author)
    row = PolicyText.objects.get(id=text_id)
    firms.propose(author, text_id)
    reader = firms.browser("reader", role="policy_publisher")
    read = reader.get(f"/desk/texts/{text_id}/").content.decode()
    digests = re.findall(r'name="digest" value="(\w+)"', read)
    assert digests == [row.digest, row.digest]
    other = firms.staff("other", role="policy_publisher")
    return_text(actor=other, text_id=text_id, digest=row.digest, reason="改一处", now=NOW)
    mended = speaking_text(POLICY).replace("summary:\n  zh: ", "summary:\n  zh: 改过的", 1)
    edit_text(actor=author, text_id=text_id, text=mended, note="改过", now=NOW)
    firms.propose(author, text_id)
    answer = reader.post(
        f"/desk/texts/{text_id}/{step}/", {"digest": digests[0], "reason": "看过的"}
    )
    assert answer.status_code == 409
    assert "又改过了" in answer.content.decode()
    assert PolicyText.objects.get(id=text_id).state == "proposed"
    assert reader.post(f"/desk/texts/{text_id}/{step}/", {"reason": "x"}).status_code == 409
    assert press(reader, text_id, step, reason="看过的").status_code == 302


def test_a_draft_changed_in_another_tab_is_not_proposed_unread(officer: Client) -> None:
    author = firms.staff("author")
    text_id = drafted(author)
    read = PolicyText.objects.get(id=text_id).digest
    mended = speaking_text(POLICY).replace("summary:\n  zh: ", "summary:\n  zh: 改过的", 1)

    def check(_text: str) -> None:
        """The other tab saves while the worked cases run."""
        edit_text(actor=author, text_id=text_id, text=mended, note="改过", now=NOW)

    with pytest.raises(TextChangedError):
        propose_text(actor=author, text_id=text_id, digest=read, check=check, now=NOW)
    assert PolicyText.objects.get(id=text_id).state == "draft"


def test_the_worked_cases_run_before_any_row_is_locked(officer: Client) -> None:
    author = firms.staff("author")
    text_id = drafted(author)

    def check(_text: str) -> tuple[str, str]:
        assert not connection.in_atomic_block
        return "算例一", "少了一分"

    with pytest.raises(WorkedCaseFailsError):
        propose_text(
            actor=author,
            text_id=text_id,
            digest=PolicyText.objects.get(id=text_id).digest,
            check=check,
            now=NOW,
        )


def test_of_two_proposals_at_once_one_stands(
    transactional_db: None, in_threads: Callable[..., list[object]]
) -> None:
    authors = [firms.staff(f"author{number}") for number in range(4)]
    texts = [drafted(author, change=f"{number}") for number, author in enumerate(authors)]
    results = in_threads(
        *[
            lambda author=author, text_id=text_id: firms.propose(author, text_id)
            for author, text_id in zip(authors, texts, strict=True)
        ]
    )
    assert results.count(None) == 1, results
    assert sum(isinstance(result, AnotherProposedError) for result in results) == 3, results
    assert PolicyText.objects.filter(state="proposed").count() == 1
    assert AuditEntry.objects.filter(action="policy.propose_text").count() == 1


def test_a_text_proposed_since_the_rows_were_read_is_a_refusal_too(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last moment: the database's own rule answers, and in words."""
    first, second = firms.staff("first"), firms.staff("second")
    one, two = drafted(first), drafted(second, change="另")
    before = texts._next
    calls = []

    def meanwhile(*given: Any, **more: Any) -> PolicyText:
        calls.append(given)
        if len(calls) == 2:
            PolicyText.objects.filter(id=one).update(state="proposed")
        return before(*given, **more)

    monkeypatch.setattr(texts, "_next", meanwhile)
    with pytest.raises(AnotherProposedError):
        firms.propose(second, two)
    assert PolicyText.objects.get(id=two).state == "draft"


def test_there_is_no_other_step(officer: Client) -> None:
    text_id = drafted(firms.staff("author"))
    assert press(officer, text_id, "burn").status_code == 404
    assert PolicyText.objects.get().state == "draft"


def test_a_broken_text_says_line_and_keeps_what_was_written(officer: Client) -> None:
    broken = speaking_text(POLICY).replace("audience: firm", "audience: frim", 1)
    answer = officer.post(f"/desk/policies/{POLICY}/write/", {"text": broken, "note": "试"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "行" in shown
    assert "audience: frim" in shown
    assert not PolicyText.objects.exists()


def test_another_s_draft_is_not_edited(officer: Client) -> None:
    officer.post(f"/desk/policies/{POLICY}/write/", {"text": speaking_text(POLICY), "note": "试"})
    text_id = PolicyText.objects.get().id
    other = firms.browser("other")
    answer = other.post(
        f"/desk/texts/{text_id}/edit/", {"text": speaking_text(POLICY), "note": "x"}
    )
    assert answer.status_code == 409
    assert "别人的草稿" in answer.content.decode()
    assert PolicyText.objects.get().note == "试"


def test_a_draft_cannot_become_another_policy(officer: Client) -> None:
    officer.post(f"/desk/policies/{POLICY}/write/", {"text": speaking_text(POLICY), "note": "试"})
    text_id = PolicyText.objects.get().id
    answer = officer.post(
        f"/desk/texts/{text_id}/edit/", {"text": speaking_text("startup-rent"), "note": "换"}
    )
    assert answer.status_code == 422
    assert PolicyText.objects.get().policy == POLICY


def test_rules_of_the_region_are_not_for_one_league(officer: Client) -> None:
    league = Region.read("1501")
    writer = firms.browser("league", area=league)
    form = {"text": speaking_text(POLICY), "note": "x"}
    assert writer.get(f"/desk/policies/{POLICY}/write/").status_code == 404
    assert writer.post(f"/desk/policies/{POLICY}/write/", form).status_code == 404
    officer.post(f"/desk/policies/{POLICY}/write/", form)
    text_id = PolicyText.objects.get().id
    press(officer, text_id, "propose")
    publisher = firms.browser("judge", role="policy_publisher", area=league)
    assert press(publisher, text_id, "publish").status_code == 403
    assert PolicyText.objects.get().state == "proposed"


@pytest.mark.parametrize("query", ["", "?q=稳岗", "?audience=firm", "?sort=-versions", "?q=%00"])
def test_the_library_is_searched_filtered_and_sorted(officer: Client, query: str) -> None:
    page = officer.get(f"/desk/policies/{query}")
    assert page.status_code == 200
    assert ("失业保险稳岗返还" in page.content.decode()) is (query != "?q=%00")


def test_the_library_is_exported(officer: Client) -> None:
    table = officer.get("/desk/policies/?format=csv&audience=firm").content.decode("utf-8-sig")
    assert "失业保险稳岗返还,单位" in table
    assert "技能提升补贴" not in table
