"""A wish in words: the questions, why they are asked, the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.logic.wishes import Step, WorkConsent
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.asking import occupation_names
from denghuo.employment.queries.wishes import WishView
from denghuo.kernel.clock import day_of
from denghuo.people.public import CONSENT_PURPOSES
from denghuo.places.public import names_of

QUESTIONS: Mapping[Step, str] = {
    "what": _("您想干什么活儿？"),
    "where": _("您想在哪儿上班？"),
    "pay": _("一个月最少要多少钱？"),
    "when": _("您什么时候能上班？"),
    "held": _("您会什么、有什么证？"),
}
WHYS: Mapping[Step, str] = {
    "what": _("按您说的活儿找。叫法和单位写的不一样也不要紧，我们来对。最多写三样。"),
    "where": _("算一算岗位离您多远。只用来找工作，单位只看得到您在哪个旗县。"),
    "pay": _("低于这个数的就不拿来烦您了。单位看不到您写的数。"),
    "when": _("夜班、倒班不能上，就不给您看那样的岗位。"),
    "held": _("有的活儿法律规定要有证才能干。会的越多写得越全，排得越准。"),
}
TITLES: Mapping[Step, str] = {
    "what": _("想干的活儿"),
    "where": _("在哪儿"),
    "pay": _("最少要多少"),
    "when": _("什么时候"),
    "held": _("会什么、有什么"),
}


def reader_language() -> Literal["zh", "en"]:
    """``zh`` or ``en``, as the texts of the matching name languages."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def certificate_choices() -> list[tuple[str, str]]:
    """Every certificate by its name."""
    text, language = ability_text(day_of(timezone.now())), reader_language()
    return [(one, text.label(one, language)) for one in text.certificates]


def between() -> str:
    """What stands between words of a list."""
    return gettext("、")


def summary_rows(wish: WishView) -> list[dict[str, str]]:
    """The answers, each with the page to change it."""
    return [
        {
            "id": f"answer-{step}",
            "name": gettext(TITLES[step]),
            "value": value,
            "href": reverse("employment_wish", args=[step]),
        }
        for step, value in _values(wish).items()
    ]


def consent_rows(given: Mapping[WorkConsent, bool]) -> list[dict[str, Any]]:
    """The three uses, what each means and what taking it back does."""
    return [
        {
            "key": key,
            "given": given[key],
            "title": gettext(CONSENT_PURPOSES[key].title),
            "explanation": gettext(CONSENT_PURPOSES[key].explanation),
            "after": gettext(CONSENT_PURPOSES[key].after_withdrawal),
        }
        for key in given
    ]


def works_line(wish: WishView) -> str:
    """What was said, with the occupation where it is called otherwise."""
    names = occupation_names([one.code for one in wish.works if one.code])
    return between().join(
        one.words
        if names.get(one.code, one.words) == one.words
        else gettext("{words}（{occupation}）").format(words=one.words, occupation=names[one.code])
        for one in wish.works
    )


def _values(wish: WishView) -> dict[Step, str]:
    names = names_of([wish.home, *wish.districts])
    where = gettext("{home}，{km} 公里以内").format(
        home=names.get(wish.home, wish.home), km=wish.reach_km
    )
    if wish.districts:
        also = between().join(names.get(one, one) for one in wish.districts)
        where = gettext("{where}；还愿意去{also}").format(where=where, also=also)
    hours = between().join(gettext(HOURS[one]) for one in HOURS if one in wish.hours)
    start = f"{wish.start_on:%Y-%m-%d}" if wish.start_on else gettext("随时能开始")
    return {
        "what": works_line(wish),
        "where": where,
        "pay": gettext("每月 {yuan} 元").format(yuan=f"{wish.pay_least_fen // 100:,}")
        if wish.pay_least_fen
        else gettext("多少都行"),
        "when": gettext("{hours}；{start}").format(hours=hours, start=start),
        "held": held_line(wish),
    }


def held_line(wish: WishView) -> str:
    """Schooling, years, certificates and skills."""
    text, language = ability_text(day_of(timezone.now())), reader_language()
    said = [
        gettext(SCHOOLING[wish.schooling]),
        gettext("干过 {years} 年").format(years=wish.years) if wish.years else "",
        *(text.label(one, language) for one in wish.certificates),
        *(text.label(one, language) for one in wish.skills),
    ]
    return between().join(one for one in said if one)
