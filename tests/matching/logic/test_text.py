"""A text that does not read, does not add up or says what it cannot is refused with its place."""

from __future__ import annotations

from datetime import date

import pytest

from denghuo.matching.logic.refusals import NoTextInForceError, TextError
from denghuo.matching.logic.text import load_text
from denghuo.matching.queries import LIBRARY

pytestmark = pytest.mark.no_postgres

POSTS = (LIBRARY / "posts.yaml").read_text(encoding="utf-8")
VERSION = POSTS[POSTS.index("  - since:") :]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("kind: 400", "kind: 401", "versions.0.points"),
        ("years: 60}", "years: 59, sex: 1}", "versions.0.points"),
        ("tags: 300, ", "", "versions.0.points"),
        ("3: 70, 4: 100", "3: 70, 4: 60", "versions.0.kind_percent"),
        ("3: 70, 4: 100", "3: 70, 5: 100", "versions.0.kind_percent"),
        ('{missing}。\n    en: "By law', '{age}。\n    en: "By law', "limits.certificates"),
        ('{missing}。\n    en: "By law', '{missing。\n    en: "By law', "limits.certificates"),
        ("    law: 《中华人民共和国劳动法》第六十四条\n", "", "bars.minor_hazardous.law"),
        ("status: assumed", "status: guessed", "versions.0.status"),
        ("  kind:\n    full", "  kinds:\n    full", "parts"),
        ("  hours:\n    zh: 上班", "  hour:\n    zh: 上班", "limits"),
        ("points: {kind: 400", "points: {kind: 400.0", "versions.0.points.kind"),
        ("id: posts", "id: Posts", "id"),
        ("names:", "colour: red\nnames:", "colour"),
        ("id: posts", "id: [", "文件"),
        ("id: posts", "id: posts\nid: posts", "第"),
        ("  zh: 岗位和求职意愿", "  zh: &a 岗位和求职意愿", "第"),
    ],
)
def test_a_wrong_text_is_refused_at_its_place(old: str, new: str, place: str) -> None:
    assert POSTS.count(old) >= 1
    with pytest.raises(TextError) as refused:
        load_text(POSTS.replace(old, new, 1))
    assert str(refused.value.values["place"]).startswith(place)


def test_versions_follow_one_another() -> None:
    closed = POSTS.replace("since: 2026-01-01", "since: 2026-01-01\n    until: 2027-01-01")
    later = VERSION.replace("since: 2026-01-01", "since: 2027-03-01").replace(
        "kind: 400, tags: 300", "kind: 300, tags: 400"
    )
    text = load_text(closed + later)
    assert text.in_force(date(2026, 12, 31)).weights.kind == 400
    assert text.in_force(date(2027, 3, 1)).weights.kind == 300
    with pytest.raises(NoTextInForceError):  # between two versions there is none
        text.in_force(date(2027, 1, 1))
    for wrong in (POSTS + later, closed + VERSION.replace("2026-01-01", "2026-06-01")):
        with pytest.raises(TextError):
            load_text(wrong)


def test_a_version_ends_after_it_begins() -> None:
    with pytest.raises(TextError):
        load_text(POSTS.replace("since: 2026-01-01", "since: 2026-01-01\n    until: 2026-01-01"))


def test_a_text_has_a_size() -> None:
    with pytest.raises(TextError):
        load_text(POSTS + "#" * 70_000)
