"""Each component says its words, points where it should, and trusts no text."""

from __future__ import annotations

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from denghuo.web.logic.icons import ICONS
from denghuo.web.pages.design import COMPONENTS
from tests.web.html_checks import read

pytestmark = pytest.mark.no_postgres
HOSTILE = "<script>alert(1)</script>\"' onmouseover=x"


def draw(component: str, /, **values: object) -> str:
    html = render_to_string(f"web/components/{component}.html", values)
    assert read(html).problems == []
    return html


@pytest.mark.parametrize(
    ("kind", "word"),
    [("yes", "能办"), ("wait", "还差一点"), ("no", "办不了"), ("unknown", "还不知道")],
)
def test_a_verdict_is_a_word_with_its_mark(kind: str, word: str) -> None:
    html = draw("verdict", kind=kind, sentence="再多 1 名参保职工就符合。")
    assert word in html
    assert "<svg" in html
    assert f"verdict {kind}" in html
    assert "再多 1 名" in html


def test_no_two_verdicts_share_a_mark() -> None:
    marks = {draw("verdict", kind=k, sentence="x").split("<svg")[1].split("</svg>")[0]
             for k in ("yes", "wait", "no", "unknown")}  # fmt: skip
    assert len(marks) == 4


@pytest.mark.parametrize(
    ("component", "values"),
    [
        ("verdict", {"kind": "yes", "sentence": HOSTILE, "detail": HOSTILE}),
        ("conditions", {"conditions": [{"state": "fail", "sentence": HOSTILE,
                        "facts": [{"name": HOSTILE, "value": HOSTILE, "dispute_url": HOSTILE}]}]}),
        ("notice", {"sentence": HOSTILE}),
        ("tag", {"kind": "no", "text": HOSTILE}),
        ("receipt", {"title": HOSTILE, "number": HOSTILE,
                     "rows": [{"name": HOSTILE, "value": HOSTILE}]}),
        ("timeline", {"items": [{"state": "now", "title": HOSTILE, "when": HOSTILE}]}),
        ("table", {"caption": HOSTILE, "columns": [{"name": HOSTILE}] * 2,
                   "rows": [{"href": HOSTILE, "cells": [HOSTILE, HOSTILE]}]}),
        ("question", {"question": HOSTILE, "name": HOSTILE, "why": HOSTILE,
                      "choices": [{"value": HOSTILE, "label": HOSTILE}]}),
        ("stat", {"name": HOSTILE, "value": HOSTILE}),
        ("state", {"kind": "empty", "sentence": HOSTILE}),
        ("progress", {"done": 1, "total": 2, "sentence": HOSTILE, "poll": HOSTILE}),
    ],
)  # fmt: skip
def test_text_stays_text(component: str, values: dict[str, object]) -> None:
    html = draw(component, **values)
    assert "<script" not in html
    assert "&lt;script" in html


def test_a_condition_says_its_state_in_words_and_shows_the_fact() -> None:
    fact = {
        "name": "参保人数",
        "value": "4 人",
        "source": "社会保险登记",
        "on": "2026 年 10 月 31 日",
    }
    for state, word in (("pass", "符合："), ("fail", "不符合："), ("unknown", "还不知道：")):
        html = draw("conditions", conditions=[{"state": state, "sentence": "x", "facts": [fact]}])
        assert f'<span class="vh">{word}</span>' in html
        assert all(str(part) in html for part in fact.values())
        assert "告诉我们" not in html
    html = draw(
        "conditions",
        conditions=[{"state": "fail", "sentence": "x", "facts": [fact | {"dispute_url": "/d/"}]}],
    )
    assert 'href="/d/"' in html
    assert "不对？告诉我们" in html
    html = draw(
        "conditions",
        conditions=[{"state": "unknown", "sentence": "x", "facts": [{"name": "失信"}]}],
    )
    assert "还没有" in html


class Application(forms.Form):
    name = forms.CharField(
        label="姓名", help_text="同身份证", error_messages={"required": "请写姓名"}
    )
    kind = forms.ChoiceField(
        label="您是",
        choices=[("a", "甲"), ("b", "乙")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项"},
    )
    agree = forms.BooleanField(label="同意", error_messages={"required": "请勾选"})
    file = forms.FileField(label="证书", required=False)


def test_an_error_is_said_twice_and_linked_once() -> None:
    form = Application({"name": "", "kind": "", "agree": ""})
    page = read(html := draw("form", form=form))
    anchors = [link[1:] for link in page.links if link.startswith("#")]
    assert len(anchors) == 3
    assert set(anchors) <= set(page.ids)
    assert html.count("请写姓名") == 2
    assert html.count('aria-invalid="true"') >= 3
    assert 'role="alert"' in html
    assert 'enctype="multipart/form-data"' in html


def test_a_form_without_mistakes_accuses_nobody() -> None:
    html = draw("form", form=Application())
    assert "error-summary" not in html
    assert "aria-invalid" not in html
    assert "（可不填）" in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_a_row_becomes_a_card_that_names_its_cells() -> None:
    html = draw(
        "table",
        caption="单位",
        columns=[{"name": "名称"}, {"name": "人数", "number": True}],
        rows=[{"href": "/firm/1/", "cells": ["恒泰", "7"]}, {"cells": ["短行"]}],
    )
    assert '<td data-label="人数" class="number">7</td>' in html
    assert '<th scope="row"><a href="/firm/1/">恒泰</a></th>' in html
    assert html.count("<tr>") == 3


def test_pages_keep_the_rest_of_the_question() -> None:
    request = RequestFactory().get("/x/", {"q": "乳业", "page": "2"})
    page = Paginator(range(100), 20).page(2)
    html = render_to_string("web/components/pages.html", {"page": page}, request)
    assert "q=%E4%B9%B3%E4%B8%9A" in html
    assert "page=1" in html
    assert "page=3" in html
    assert "第 2 页，共 5 页" in html
    one = Paginator(range(3), 20).page(1)
    assert "<nav" not in render_to_string("web/components/pages.html", {"page": one}, request)


def test_progress_works_with_and_without_scripts() -> None:
    html = draw("progress", done=260, total=400, sentence="正在核算")
    assert '<progress max="400" value="260"' in html
    assert "hx-get" not in html
    assert 'hx-get="/run/7/part/"' in draw(
        "progress", done=1, total=4, sentence="x", poll="/run/7/part/"
    )
    html = render_to_string("web/components/refresh.html", {"seconds": 5})
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html


def test_a_chart_is_followed_by_its_numbers() -> None:
    template = Template(
        "{% load web %}{% bar_chart '返还' '家' pairs 300 %}{% line_chart '每月' '家' pairs %}"
    )
    html = template.render(Context({"pairs": [("赤峰市", 1388), ("通辽市", 251)]}))
    assert read(html).problems == []
    assert html.count("1,388") >= 4
    assert html.count("<table>") == 2
    assert "虚线是目标 300 家" in html


def test_an_icon_is_silent_to_a_screen_reader() -> None:
    html = Template("{% load web %}{% icon 'check' %}").render(Context())
    assert 'aria-hidden="true"' in html
    with pytest.raises(KeyError):
        Template("{% load web %}{% icon 'nonesuch' %}").render(Context())


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_stay_on_their_grid(name: str) -> None:
    assert all(path[0] in "Mm" for path in ICONS[name])


def test_the_book_shows_every_component_once() -> None:
    keys = [component.key for component in COMPONENTS]
    assert len(keys) == len(set(keys)) >= 23
