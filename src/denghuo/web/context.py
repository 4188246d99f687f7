"""What every page of the shell knows: language, type size, theme, who is asking, where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from denghuo.kernel.refusal import RefusalError
from denghuo.people.public import subject_name
from denghuo.platform.public import ANONYMOUS, Actor, Rule, unread_messages
from denghuo.web.preferences import size_for, theme_for

# What a screen reader and the browser's fonts are told; Mongolian is the traditional script.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "mn": "mn-Mong", "en": "en"}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One destination of the shell; shown only where the route exists."""

    path: str
    name: str
    icon: str
    badge: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """The facts every page's frame is drawn from."""

    lang: str
    language: str
    languages: tuple[tuple[str, str, str], ...]
    elder: int
    theme: str
    actor: Actor
    acting_name: str
    unread: int
    demo: bool
    path: str
    here: str
    nav: tuple[NavItem, ...]
    desk_nav: tuple[NavItem, ...]
    sign_in: str
    mongolian_css: str


_Items = tuple[tuple[str, Promise, str], ...]
_RESIDENT_NAV: _Items = (
    ("/", gettext_lazy("首页"), "home"),
    ("/benefits/", gettext_lazy("我能享的"), "gift"),
    ("/places/", gettext_lazy("附近"), "pin"),
    ("/inbox/", gettext_lazy("消息"), "mail"),
    ("/me/", gettext_lazy("我的"), "person"),
)
_DESK_NAV: _Items = (
    ("/desk/", gettext_lazy("工作台"), "home"),
    ("/desk/cases/", gettext_lazy("办件"), "check"),
    ("/desk/people/", gettext_lazy("替居民办事"), "people"),
    ("/desk/people/corrections/", gettext_lazy("信息更正"), "check"),
    ("/desk/disputes/", gettext_lazy("信息异议"), "question"),
    ("/desk/look-back/", gettext_lazy("追溯一户"), "clock"),
    ("/desk/policies/", gettext_lazy("政策"), "scale"),
    ("/desk/facts/", gettext_lazy("部门数据"), "file"),
    ("/desk/seasons/", gettext_lazy("免申即享"), "gift"),
    ("/desk/sweeps/", gettext_lazy("批量核算"), "list"),
    ("/desk/simulations/", gettext_lazy("试算"), "chart"),
    ("/desk/look-backs/", gettext_lazy("追溯"), "clock"),
    ("/desk/ledger/", gettext_lazy("账本"), "list"),
    ("/desk/payments/", gettext_lazy("付款"), "list"),
    ("/desk/claims/", gettext_lazy("退回款项"), "list"),
    ("/desk/posts/", gettext_lazy("岗位消息"), "question"),
    ("/desk/work/scenarios/", gettext_lazy("岗位分配"), "briefcase"),
    ("/desk/measures/", gettext_lazy("指标"), "chart"),
    ("/desk/facilities/", gettext_lazy("服务点"), "pin"),
    ("/desk/jobs/", gettext_lazy("任务"), "clock"),
    ("/desk/account/", gettext_lazy("我的账号"), "person"),
)


@lru_cache(maxsize=256)
def _rule_at(path: str) -> Rule | None:
    """The access rule of the page at this path; nothing where no page is."""
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    # A page without a rule is a fault the house test reports; until then nobody is led there.
    return cast("Rule | None", getattr(view, "access_rule", None))


def route_exists(path: str) -> bool:
    """Whether the running site answers this path, so that no link leads nowhere."""
    return _rule_at(path) is not None


def leads_in(path: str, actor: Actor) -> bool:
    """Whether a link is of use: the page exists and opens, if need be after signing in."""
    rule = _rule_at(path)
    return rule is not None and (actor.kind == "anonymous" or rule(actor))


@lru_cache(maxsize=1)
def mongolian_css() -> str:
    """The address of the font's style sheet, or nothing where the font was not installed."""
    name = "web/vendor/mongolian.css"
    return static(name) if finders.find(name) else ""


def _nav(items: _Items, request: HttpRequest, actor: Actor, unread: int) -> tuple[NavItem, ...]:
    shown = [(path, str(name), icon) for path, name, icon in items if leads_in(path, actor)]
    here = request.path
    # "/desk/" is the start of every desk page; the longest match is where the reader is.
    inside = [
        p for p, _, _ in shown if here == p or (p not in {"/", "/desk/"} and here.startswith(p))
    ]
    current = max(inside, key=len, default="")
    return tuple(
        NavItem(path, name, icon, unread if path == "/inbox/" else 0, current=path == current)
        for path, name, icon in shown
    )


def _acting_name(actor: Actor) -> str:
    """Whose affairs are at hand when they are not the reader's own."""
    if actor.acting_for is None or actor.acting_for == actor.person:
        return ""
    try:
        return subject_name(actor.acting_for)
    except RefusalError:
        return ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: ``shell`` in every template."""
    actor = cast("Actor", getattr(request, "actor", ANONYMOUS))
    language = get_language() or "zh-hans"
    unread = unread_messages(actor)
    return {
        "shell": Shell(
            lang=LANGUAGE_TAGS.get(language, language),
            language=language,
            languages=tuple(
                (code, LANGUAGE_TAGS.get(code, code), str(name))
                for code, name in settings.LANGUAGES
            ),
            elder=size_for(request),
            theme=theme_for(request),
            actor=actor,
            acting_name=_acting_name(actor),
            unread=unread,
            demo=actor.demo,
            path=request.path,
            here=request.get_full_path() if request.method == "GET" else request.path,
            nav=_nav(_RESIDENT_NAV, request, actor, unread),
            desk_nav=_nav(_DESK_NAV, request, actor, unread) if actor.kind == "staff" else (),
            mongolian_css=mongolian_css(),
            sign_in="/sign-in/" if route_exists("/sign-in/") else "",
        )
    }
