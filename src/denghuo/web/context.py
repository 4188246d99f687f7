"""What every page of the shell knows: language, type size, theme, who is asking, where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language, gettext_lazy

from denghuo.platform.public import ANONYMOUS, Actor
from denghuo.web.preferences import ELDER_COOKIE, THEME_COOKIE, elder_size, theme

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
    elder: int
    theme: str
    actor: Actor
    unread: int
    demo: bool
    path: str
    here: str
    nav: tuple[NavItem, ...]
    desk_nav: tuple[NavItem, ...]
    sign_in: str


_RESIDENT_NAV = (
    ("/", gettext_lazy("首页"), "home"),
    ("/benefits/", gettext_lazy("我能享的"), "gift"),
    ("/places/", gettext_lazy("附近"), "pin"),
    ("/inbox/", gettext_lazy("消息"), "mail"),
    ("/me/", gettext_lazy("我的"), "person"),
)
_DESK_NAV = (
    ("/desk/", gettext_lazy("工作台"), "home"),
    ("/desk/policies/", gettext_lazy("政策"), "scale"),
    ("/desk/sweeps/", gettext_lazy("批量核算"), "people"),
    ("/desk/simulations/", gettext_lazy("试算"), "chart"),
    ("/desk/facilities/", gettext_lazy("服务点"), "pin"),
    ("/desk/jobs/", gettext_lazy("任务"), "clock"),
    ("/desk/audit/", gettext_lazy("操作记录"), "eye"),
)


@lru_cache(maxsize=256)
def route_exists(path: str) -> bool:
    """Whether the running site answers this path, so that no link leads nowhere."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _nav(
    items: tuple[tuple[str, object, str], ...], path: str, badges: dict[str, int]
) -> tuple[NavItem, ...]:
    shown = [(p, str(name), icon) for p, name, icon in items if route_exists(p)]
    deepest = max(
        (p for p, _, _ in shown if path == p or (p.count("/") > 1 and path.startswith(p))),
        key=len,
        default="",
    )
    return tuple(
        NavItem(p, name, icon, badges.get(p, 0), current=p == deepest) for p, name, icon in shown
    )


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: ``shell`` in every template."""
    actor = cast("Actor", getattr(request, "actor", ANONYMOUS))
    language = get_language() or "zh-hans"
    unread = 0
    return {
        "shell": Shell(
            lang=LANGUAGE_TAGS.get(language, language),
            language=language,
            elder=elder_size(request.COOKIES.get(ELDER_COOKIE, "")),
            theme=theme(request.COOKIES.get(THEME_COOKIE, "")),
            actor=actor,
            unread=unread,
            demo=actor.demo,
            path=request.path,
            here=request.get_full_path() if request.method == "GET" else request.path,
            nav=_nav(_RESIDENT_NAV, request.path, {"/inbox/": unread}),
            desk_nav=_nav(_DESK_NAV, request.path, {}) if actor.kind == "staff" else (),
            sign_in="/sign-in/" if route_exists("/sign-in/") else "",
        )
    }
