"""The narrow YAML that policy files are written in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from denghuo.policy.logic.document_text import SIZE_MAX, DocumentError, place_of, read_document

# The language is pure; a second database would show nothing new.
pytestmark = pytest.mark.no_postgres


def test_plain_values_keep_their_kind_and_every_decimal() -> None:
    text = """
whole: 12
rate: 0.60
day: 2025-02-28
yes_or_no: true
nothing:
code: "007"
words: 第一条 注意
list: [1, -2, 0.5]
inner:
  - a: 1
"""
    document = read_document(text)
    assert document.data == {
        "whole": 12,
        "rate": Decimal("0.60"),
        "day": date(2025, 2, 28),
        "yes_or_no": True,
        "nothing": None,
        "code": "007",
        "words": "第一条 注意",
        "list": [1, -2, Decimal("0.5")],
        "inner": [{"a": 1}],
    }
    assert isinstance(document.data, dict)
    assert str(document.data["rate"]) == "0.60"
    assert document.line_of(("day",)) == 4
    assert document.line_of(("inner", 0, "a")) == 11
    assert document.line_of(("inner", 0, "not there")) == 11


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2", 2, "写了两次"),
        ("a: {b: 1, b: 2}", 1, "写了两次"),
        ("a: &x 1", 1, "别名"),
        ("a: 1\nb: *x", 2, "引用"),
        ("a: !!python/object:os.system x", 1, "标记"),
        ("a: !x 1", 1, "标记"),
        ("a: yes", 1, "两种读法"),
        ("a: On", 1, "两种读法"),
        ("a: True", 1, "两种读法"),
        ("a: 1e5", 1, "两种读法"),
        ("a: 1_000", 1, "两种读法"),
        ("a: 0x1F", 1, "两种读法"),
        ("a: 012", 1, "两种读法"),
        ("a: .5", 1, "两种读法"),
        ("a: 2025-02-30", 1, "没有“2025-02-30”这一天"),
        ("---\na: 1\n---\nb: 2", 3, "一份内容"),
        ("a: [1, 2", 2, "格式不对"),
        ("a:\n\t- 1", 2, "格式不对"),
        ("? [a]\n: 1", 1, "名字要是一个词"),
        ("a: \x07", 1, "UTF-8"),
        ("[" * 40, 1, "套得太深"),
        ("a: " + "x" * SIZE_MAX, 1, "字节"),
    ],
)
def test_what_could_be_read_two_ways_is_refused_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read_document(text)
    # A file that ends too early is wrong at its last line or just after it.
    assert (
        caught.value.line in (line, line - 1) if words == "格式不对" else caught.value.line == line
    )


def test_a_billion_laughs_cannot_even_begin() -> None:
    text = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(50))
    with pytest.raises(DocumentError) as caught:
        read_document(text)
    assert caught.value.line == 1  # refused where the first name is given, before it is used


def test_places_read_like_paths() -> None:
    assert place_of(("versions", 1, "params", "cap")) == "versions[1].params.cap"
    assert place_of(()) == "文件"
