"""Every component, live, with its name, when to use it and the line that calls it.

What stands on the page as code is the very template that was rendered above it, so the page
cannot describe a component that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from denghuo.platform.public import ActorRequest, allowed, anyone
from denghuo.web import design_samples
from denghuo.web.logic.icons import ICONS

SAMPLE_DONE, SAMPLE_STEP, SAMPLE_TOTAL = 260, 70, 400


@dataclass(frozen=True, slots=True)
class Component:
    """One entry of the page."""

    key: str
    name: str | Promise
    when: str | Promise


@dataclass(frozen=True, slots=True)
class Shown:
    """A component drawn, and the source it was drawn from."""

    component: Component
    html: SafeString
    source: str


COMPONENTS = (
    Component(
        "verdict",
        _("结论"),
        _("每页先回答：能办、还差一点、办不了、还不知道。一句话，带数字和条件。"),
    ),
    Component("amount", _("金额"), _("数字和它的条件放在一起，不单独出现。")),
    Component(
        "conditions", _("条件"), _("结论下面：一条一条，用了哪个数、从哪来、哪天的；不对能马上说。")
    ),
    Component("sum", _("算式"), _("金额怎么算出来的，一行一步，最后一行是结果。")),
    Component("four_steps", _("四个问题"), _("每项服务的页首。")),
    Component("question", _("一页一问"), _("问一件事。大按钮，说为什么问，能返回，能跳过。")),
    Component("timeline", _("时间线"), _("要等的事：办完的、正在办的、下一步哪天；超期就直说。")),
    Component("receipt", _("回执"), _("每办一步之后：编号、接下来怎样、什么时候、找谁。")),
    Component("key_values", _("名和值"), _("一份资料、一条记录。")),
    Component("form", _("表单"), _("错在哪，最上面说一次，点一下跳过去；填的都还在。")),
    Component("notice", _("提示"), _("页面里要留意的一句话。")),
    Component("stale", _("数据旧了"), _("数据不是今天的，就说是哪天的。")),
    Component("state", _("空、等、没成"), _("没有内容、正在做、没做成：各有一句话和下一步。")),
    Component("progress", _("进度"), _("要做很久的事：真的进度，没有脚本也会自己更新。")),
    Component("tag", _("状态词"), _("状态是一个词，颜色只是帮忙。")),
    Component("demo_mark", _("演示标记"), _("单独拿出去的表格、卡片上也要有。")),
    Component("tabs", _("分页签"), _("同一件事的几面；每一面都是一个网址。")),
    Component(
        "list", _("清单"), _("可筛、可排、可导出；手机上一行变一张卡；键盘 j、k、回车、/ 能用。")
    ),
    Component("stat", _("大数字"), _("几个大数，各有目标、走向、截至哪天；点开就是明细。")),
    Component("bar_chart", _("条形图"), _("比大小。直接写数，下面有表。")),
    Component("line_chart", _("折线图"), _("看走向。下面有表。")),
    Component("switches", _("语言、字号、明暗"), _("页脚和右上角都有；不用登录，也不用脚本。")),
    Component("print_head", _("打印页头"), _("只在纸上出现；打印时没有菜单和按钮。")),
)


class SampleForm(forms.Form):
    """The form the page shows, already with one mistake in it."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(
        label=_("手机号"),
        help_text=_("用来收验证码，不给别人。"),
        min_length=11,
        error_messages={"min_length": _("手机号要 11 位，现在是 %(show_value)s 位。")},
    )
    kind = forms.ChoiceField(
        label=_("您是"),
        choices=(("person", _("给自己办")), ("firm", _("给单位办"))),
        widget=forms.RadioSelect,
    )
    story = forms.CharField(label=_("还有什么要说的"), required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label=_("我看过了，填的是真的"))


def _context(request: ActorRequest) -> dict[str, Any]:
    form = SampleForm(
        {"name": "娜仁图雅", "phone": "1250471", "kind": "person", "agree": "on"},
        auto_id="sample_%s",
    )
    page = Paginator(range(1, 101), 20).get_page(request.GET.get("page", "2"))
    return {**design_samples.SAMPLES, "form": form, "page": page}


@require_safe
@allowed(anyone)
def design(request: ActorRequest) -> HttpResponse:
    """The component book."""
    context = _context(request)
    shown = []
    for component in COMPONENTS:
        name = f"web/design/{component.key}.html"
        source = cast("Any", get_template(name)).template.source.strip()
        shown.append(Shown(component, render_to_string(name, context, request), source))
    return render(
        request,
        "web/design.html",
        {"shown": shown, "icons": sorted(ICONS), "colours": design_samples.COLOURS},
    )


@require_safe
@allowed(anyone)
def progress(request: ActorRequest) -> HttpResponse:
    """The part a progress bar asks for: it names the next part until the work is done."""
    text = request.GET.get("done", "")
    done = min(int(text), SAMPLE_TOTAL) if text.isascii() and text.isdecimal() else SAMPLE_DONE
    part = {"done": done, "total": SAMPLE_TOTAL, "sentence": _("正在核算单位")}
    if done < SAMPLE_TOTAL:
        part["poll"] = f"{reverse('design_progress')}?done={done + SAMPLE_STEP}"
    return render(request, "web/components/progress.html", part)


@require_safe
@allowed(anyone)
def screen(request: ActorRequest) -> HttpResponse:
    """A wall screen with made-up calls, to be looked at from five metres."""
    return render(request, "web/design_screen.html", {"calls": design_samples.CALLS})
