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
from django.utils.translation import get_language, gettext_lazy

from denghuo.platform.public import ANONYMOUS, Actor, unread_messages
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
    languages: tuple[tuple[str, str, str], ...]
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
    mongolian_css: str


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


@lru_cache(maxsize=1)
def mongolian_css() -> str:
    """The address of the font's style sheet, or nothing where the font was not installed."""
    name = "web/vendor/mongolian.css"
    return static(name) if finders.find(name) else ""


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


def desk_items(actor: Actor) -> tuple[NavItem, ...]:
    """The staff's destinations that exist, the desk itself left out."""
    return tuple(i for i in _nav(_DESK_NAV, "", {}) if i.path != "/desk/") if actor.staff_id else ()


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
            elder=elder_size(request.COOKIES.get(ELDER_COOKIE, "")),
            theme=theme(request.COOKIES.get(THEME_COOKIE, "")),
            actor=actor,
            unread=unread,
            demo=actor.demo,
            path=request.path,
            here=request.get_full_path() if request.method == "GET" else request.path,
            nav=_nav(_RESIDENT_NAV, request.path, {"/inbox/": unread}),
            desk_nav=_nav(_DESK_NAV, request.path, {}) if actor.kind == "staff" else (),
            mongolian_css=mongolian_css() if language == "mn" else "",
            sign_in="/sign-in/" if route_exists("/sign-in/") else "",
        )
    }
