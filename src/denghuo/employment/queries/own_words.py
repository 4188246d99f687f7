"""A wish and a résumé as lines a firm may read, if the person ticks them: in Chinese, as said.

The least pay is not among them, nor the home below its banner: neither is the firm's affair.
"""

from __future__ import annotations

from datetime import datetime

from denghuo.employment.logic.resumes import KINDS, years_line
from denghuo.employment.logic.sharing import Line
from denghuo.employment.logic.terms import HOURS, SCHOOLING
from denghuo.employment.queries.abilities import ability_text
from denghuo.employment.queries.wishes import resume_of, wish_of
from denghuo.kernel.clock import day_of
from denghuo.kernel.subject import SubjectRef
from denghuo.places.public import names_of


def wish_lines(person: SubjectRef, *, now: datetime) -> tuple[Line, ...]:
    """What work, when, where from, what one holds; nothing while the wish is not whole."""
    wish = wish_of(person)
    if wish is None or not wish.whole:
        return ()
    text = ability_text(day_of(now))
    banner = wish.home[:6].ljust(12, "0")
    held = [text.label(one, "zh") for one in (*wish.certificates, *wish.skills)]
    years = f"干过 {wish.years} 年" if wish.years else ""
    lines = (
        ("想干的活儿", "、".join(one.words for one in wish.works)),
        ("住在", names_of([banner]).get(banner, "")),
        ("能上的班", "、".join(HOURS[one] for one in HOURS if one in wish.hours)),
        ("哪天能开始", f"{wish.start_on:%Y-%m-%d}" if wish.start_on else "随时"),
        ("学历和经验", "，".join(one for one in (SCHOOLING[wish.schooling], years) if one)),
        ("会什么、有什么证", "、".join(held)),
    )
    return tuple(Line(label, value) for label, value in lines if value)


def resume_lines(person: SubjectRef) -> tuple[Line, ...]:
    """Everything in the résumé, a line each."""
    found = resume_of(person)
    if found is None:
        return ()
    lines = [
        Line(
            KINDS[one.kind],
            " ".join(part for part in (years_line(one), one.where, one.what) if part),
        )
        for one in found.entries
    ]
    if found.about:
        lines.append(Line("再说两句", found.about))
    return tuple(lines)
