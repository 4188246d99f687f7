"""Who looked at my data: audit rows in words a person understands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.people.models import ApiKey, Person
from denghuo.people.queries.persons import refs_of
from denghuo.people.queries.staff import staff_views
from denghuo.platform.public import LookUp, look_ups_of

FACT_WORDS = {
    "name": _("姓名"),
    "id_number": _("身份证号"),
    "phone": _("手机号"),
    "born_on": _("出生日期"),
    "sex": _("性别"),
    "residence": _("居住地"),
    "registered_region": _("户籍地"),
    "firms": _("任职单位"),
    "mandates": _("委托"),
    "family": _("家人"),
    "identity_claim": _("待核对的身份信息"),
    "policy_facts": _("核对政策要用的信息"),
    "file": _("交来的材料"),
    "payment": _("付给您的钱"),
}
# A name no word is known for is never shown as it stands: it is of the code, not of the reader.
OTHER_FACT = _("其他登记信息")
# What pages write down instead of a sentence; everything else is a sentence already.
PURPOSE_WORDS = {"benefits": _("核对能享受的政策")}
PAGES_MAX = 200


@dataclass(frozen=True, slots=True)
class LookView:
    """One look: which office, who, when, what, why. ``times``: this and those right before it,
    of one day and alike."""

    at: datetime
    office: str
    who: str
    what: str
    purpose: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class LooksPage:
    """One page, newest first."""

    looks: tuple[LookView, ...]
    page: int
    pages: int
    total: int


def looks_at(subject: SubjectRef, *, page: int = 1) -> LooksPage:
    """Looks at a person or firm; those at a merged duplicate are told as well, at the end."""
    refs = refs_of(subject)
    if len(refs) == 1:
        found = look_ups_of(subject, page=page)
        looks = _folded(_in_words(found.entries, firm=subject.kind == "firm"))
        return LooksPage(looks, found.page, found.pages, found.total)
    every = all_looks_at(subject)
    pages = max(1, -(-len(every) // 50))
    page = min(max(1, page), pages)
    return LooksPage(_folded(every[(page - 1) * 50 : page * 50]), page, pages, len(every))


def all_looks_at(subject: SubjectRef) -> tuple[LookView, ...]:
    """Every look, for the export, newest first; at most ten thousand."""
    entries: list[LookUp] = []
    for ref in refs_of(subject):
        first = look_ups_of(ref, page=1)
        entries += first.entries
        for number in range(2, min(first.pages, PAGES_MAX) + 1):
            entries += look_ups_of(ref, page=number).entries
    newest_first = sorted(entries, key=lambda entry: -entry.seq)
    return _in_words(newest_first, firm=subject.kind == "firm")


def _folded(looks: tuple[LookView, ...]) -> tuple[LookView, ...]:
    """Who turns six pages in a minute has looked once, in the eyes of the person they are of."""
    folded: list[LookView] = []
    for look in looks:
        last = folded[-1] if folded else None
        if last is not None and _like(look) == _like(last):
            folded[-1] = replace(last, times=last.times + 1)
        else:
            folded.append(look)
    return tuple(folded)


def _like(look: LookView) -> LookView:
    """The look without its hour: what must agree for two to be told as one."""
    return replace(look, at=datetime.combine(day_of(look.at), time()), times=1)


def _in_words(entries: tuple[LookUp, ...] | list[LookUp], *, firm: bool) -> tuple[LookView, ...]:
    actors = {entry.actor.partition(":")[::2] for entry in entries}
    staff = staff_views([UUID(number) for kind, number in actors if kind == "staff"])
    names = dict(
        Person.objects.filter(
            pk__in=[UUID(number) for kind, number in actors if kind == "resident"]
        ).values_list("pk", "name")
    )
    keys = dict(
        ApiKey.objects.filter(
            pk__in=[UUID(number) for kind, number in actors if kind == "program"]
        ).values_list("pk", "label")
    )
    views = []
    for entry in entries:
        kind, _, number = entry.actor.partition(":")
        office, who = gettext("灯火"), gettext("自动办的，没有人看")
        if kind == "staff":
            clerk = staff.get(UUID(number))
            office, who = (clerk.office, clerk.name) if clerk else ("", gettext("已注销的工作账号"))
        elif kind == "resident":
            office = gettext("受单位委托的人") if firm else gettext("受您委托的人")
            who = names.get(UUID(number), "")
        elif kind == "program":
            office = gettext("用单位密钥的程序") if firm else gettext("用您的密钥的程序")
            who = keys.get(UUID(number), "")
        what = gettext("、").join(dict.fromkeys(_fact_words(name) for name in entry.what))
        purpose = gettext(PURPOSE_WORDS.get(entry.purpose, entry.purpose)) if entry.purpose else ""
        views.append(LookView(entry.at, office, who, what, purpose))
    return tuple(views)


def _fact_words(name: str) -> str:
    """A fact's name in the reader's language; "policy_facts.x" is of policy_facts."""
    return gettext(FACT_WORDS.get(name.partition(".")[0], OTHER_FACT))
