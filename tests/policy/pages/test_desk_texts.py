"""A text through two hands; a broken one says its line and keeps what was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from denghuo.kernel.region import Region
from denghuo.platform.models.audit import AuditEntry
from denghuo.policy.actions.texts import publish_text
from denghuo.policy.logic.publishing import MoveNotAllowedError
from denghuo.policy.models import PolicyText
from denghuo.policy.queries.library import speaking_text
from tests.factories.people import NOW
from tests.policy import firms
from tests.policy.firms import POLICY


def test_a_text_goes_through_two_hands(officer: Client) -> None:
    written = speaking_text(POLICY).replace("summary:", "# 改了一句\nsummary:", 1)
    sent = officer.post(f"/desk/policies/{POLICY}/write/", {"text": written, "note": "试"})
    text_id = PolicyText.objects.get().id
    assert sent.status_code == 302
    assert officer.post(f"/desk/texts/{text_id}/propose/").status_code == 302
    assert officer.post(f"/desk/texts/{text_id}/publish/").status_code == 409
    both = firms.browser("both", role="policy_publisher")
    assert "等发布" in both.get(f"/desk/texts/{text_id}/").content.decode()
    assert both.post(f"/desk/texts/{text_id}/return/", {"reason": " "}).status_code == 422
    assert both.post(f"/desk/texts/{text_id}/publish/").status_code == 302
    assert both.post(f"/desk/texts/{text_id}/publish/").status_code == 409  # pressed twice
    assert speaking_text(POLICY) == written.replace("\r\n", "\n")
    both.post(f"/desk/texts/{text_id}/withdraw/", {"reason": "写错了"})
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
    officer.post(f"/desk/texts/{text_id}/propose/")
    hands = [firms.staff(f"hand{n}", role="policy_publisher") for n in range(3)]
    results = in_threads(
        *[lambda hand=hand: publish_text(actor=hand, text_id=text_id, now=NOW) for hand in hands]
    )
    assert results.count(None) == 1
    assert sum(isinstance(result, MoveNotAllowedError) for result in results) == 2
    assert AuditEntry.objects.filter(action="policy.publish_text").count() == 1


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
    officer.post(f"/desk/texts/{text_id}/propose/")
    publisher = firms.browser("judge", role="policy_publisher", area=league)
    assert publisher.post(f"/desk/texts/{text_id}/publish/").status_code == 403
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
