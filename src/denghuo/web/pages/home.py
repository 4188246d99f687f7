"""The first pages: what waits for me, eight doors, near me; and the staff's desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from denghuo.cases.public import waiting_for
from denghuo.employment.public import looking_today
from denghuo.platform.public import (
    Actor,
    ActorRequest,
    acts_within,
    allowed,
    anyone,
    staff,
    unread_messages,
)
from denghuo.web.context import route_exists

WAITING_MAX = 3


@dataclass(frozen=True, slots=True)
class Door:
    """One of the eight doors; ``open`` says whether it leads anywhere today."""

    path: str
    icon: str
    name: str
    sentence: str
    open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for this person."""

    path: str
    icon: str
    title: str
    note: str


def _doors(actor: Actor) -> list[Door]:
    work = ("/jobs/", "briefcase", _("找工作"), _("招聘会、岗位、零工"))
    subject = actor.acting_for
    if subject is not None and subject.kind == "firm" and acts_within(actor, subject, "read"):
        work = ("/firm/posts/", "briefcase", _("招人"), _("发岗位、看应聘的人、约面试"))
    plain = (
        ("/benefits/", "gift", _("我能享什么"), _("补贴、贷款、减免，哪些是您的")),
        work,
        ("/courses/", "tools", _("学手艺"), _("免费培训、考证、证书补贴")),
        ("/ventures/", "sprout", _("想创业"), _("贷款、场地、导师")),
        ("/care/", "heart", _("看病"), _("挂号、取药、报销")),
        ("/labour/", "scale", _("讨薪和工伤"), _("反映问题，查办到哪一步")),
        ("/me/cases/", "list", _("我办的事"), _("进度、回执、还要补什么")),
        ("/places/", "pin", _("附近能办事的地方"), _("驿站、大厅、医院、青年驿站")),
    )
    return [
        Door(path, icon, name, sentence, open=route_exists(path))
        for path, icon, name, sentence in plain
    ]


def _waiting(request: ActorRequest) -> list[Waiting]:
    """At most three things, the most urgent first."""
    items = []
    if _cases_wait(request.actor):
        note = _("进度、回执、还要补什么")
        items.append(Waiting("/me/cases/", "list", _("我办的事"), note))
    unread = unread_messages(request.actor)
    if unread and route_exists("/inbox/"):
        title = ngettext("%(count)d 条新消息", "%(count)d 条新消息", unread) % {"count": unread}
        items.append(Waiting("/inbox/", "mail", title, _("看一看，有的要您回话")))
    items += _work_found(request.actor)
    if request.actor.kind == "resident" and route_exists("/benefits/"):
        items.append(
            Waiting("/benefits/", "gift", _("看看有没有新的福利"), _("我们按您的情况重新算过"))
        )
    return items[:WAITING_MAX]


def _cases_wait(actor: Actor) -> bool:
    """Whether an office waits for papers or an account of whoever's affairs are at hand."""
    subject = actor.acting_for
    return (
        actor.kind == "resident"
        and subject is not None
        and acts_within(actor, subject, "read")
        and waiting_for(subject) > 0
    )


def _work_found(actor: Actor) -> list[Waiting]:
    """Today's posts for a person who looks for work, whoever has their affairs at hand."""
    subject = actor.acting_for
    if subject is None or subject.kind != "person" or not acts_within(actor, subject, "read"):
        return []
    looking = looking_today(subject.id, timezone.now())
    if looking is None or not route_exists("/me/work/"):
        return []
    note = _("看看今天适合您的岗位")
    if looking.fitting:
        note = ngettext(
            "今天有 %(count)d 个岗位适合您", "今天有 %(count)d 个岗位适合您", looking.fitting
        ) % {"count": looking.fitting}
    return [Waiting("/me/work/", "briefcase", _("找活儿干"), note)]


@require_safe
@allowed(anyone)
def home(request: ActorRequest) -> HttpResponse:
    """The home page: one question box, what waits, eight doors, near me."""
    return render(
        request,
        "web/home.html",
        {
            "doors": _doors(request.actor),
            "waiting": _waiting(request),
            "search_path": "/policies/" if route_exists("/policies/") else "",
            "personas_path": "/demo/" if request.actor.demo and route_exists("/demo/") else "",
            "places_path": "/places/" if route_exists("/places/") else "",
        },
    )


@require_safe
@allowed(staff)
def desk(request: ActorRequest) -> HttpResponse:
    """The staff's first page: the work they may do."""
    return render(request, "web/desk_home.html", {"start": "/desk/"})


@require_safe
@allowed(anyone)
def manifest(_request: ActorRequest) -> HttpResponse:
    """What a phone needs to keep the site on its home screen."""
    icons = [{"src": static("web/logo.svg"), "sizes": "any", "type": "image/svg+xml"}]
    return JsonResponse(
        {
            "name": _("灯火：内蒙古公共服务"),
            "short_name": _("灯火"),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#FBF7F0",
            "theme_color": "#FBF7F0",
            "icons": icons,
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
