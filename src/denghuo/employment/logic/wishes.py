"""A wish for work: what is asked of a person, what is a wish at all, what stands in it.

There is no field for who somebody is. How old a person is decides only what the law decides:
under sixteen nobody is hired, under eighteen not for hazardous work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from denghuo.employment.logic.terms import Hours
from denghuo.kernel.refusal import RefusalError

Step = Literal["what", "where", "pay", "when", "held"]
STEPS: tuple[Step, ...] = get_args(Step)
WorkConsent = Literal["job_matching", "found_by_firms", "job_digest"]
WORK_CONSENTS: tuple[WorkConsent, ...] = get_args(WorkConsent)

WANTS_MAX = 3
WORDS_MAX = 30
DISTRICTS_MAX = 12
REACHES_KM = (5, 10, 20, 30, 50, 100, 300)
PAY_MAX_YUAN = 50_000
PAY_LEAST_SENSIBLE_YUAN = 300
START_DAYS_MAX = 366
YEARS_MAX = 60
SKILLS_WORDS_MAX = 300
# 《劳动法》第十五条、《禁止使用童工规定》第二条; 第六十四条 for work under eighteen.
WORK_AGE = 16
ADULT_AGE = 18
MINOR_BAR = "minor_hazardous"


class NothingWishedError(RefusalError):
    """A wish names at least one work."""

    code = "employment.nothing_wished"
    template = "请写至少一样您想干的活儿，比如“保洁”“放羊”“会计”。"


class WishWordsTooLongError(RefusalError):
    """A work in a few words."""

    code = "employment.wish_words_too_long"
    template = "一样活儿写 {most} 个字以内就行，比如“饭店服务员”。"


class WorkNotKnownError(RefusalError):
    """No occupation answers to the words."""

    code = "employment.work_not_known"
    template = "没找到“{words}”是哪一种活儿。换个常用的叫法试试，比如“保洁”“司机”“会计”。"


class WorkNotChosenError(RefusalError):
    """One of those offered."""

    code = "employment.work_not_chosen"
    template = "请从下面选一个。都不像，就点“换个说法”。"


class PlaceNotFoundError(RefusalError):
    """No division answers to the words, or several do."""

    code = "employment.place_not_found"
    template = "没找到“{words}”。请写旗县区和苏木乡镇街道的名字，比如“土默特左旗 察素齐镇”。"


class TooManyDistrictsError(RefusalError):
    """Some places more, not all."""

    code = "employment.too_many_districts"
    template = "另外愿意去的地方最多写 {most} 个。"


class ReachNotChosenError(RefusalError):
    """How far one would go."""

    code = "employment.reach_not_chosen"
    template = "请选一个您愿意走多远。"


class PayNotUnderstoodError(RefusalError):
    """A month's pay as a number."""

    code = "employment.pay_not_understood"
    template = "请写一个数，比如 3000。不在乎多少就空着。"


class PayOutOfRangeError(RefusalError):
    """A floor that leaves something to find."""

    code = "employment.pay_out_of_range"
    template = "一个月 {yuan} 元？请写 {least} 到 {most} 元之间的数，写的是一个月的钱。"


class HoursNotChosenError(RefusalError):
    """At least one kind of hours is possible."""

    code = "employment.hours_not_chosen"
    template = "请至少选一样您能上的班。"


class StartOutOfRangeError(RefusalError):
    """From a day that can be planned for."""

    code = "employment.start_out_of_range"
    template = "请写今天到一年以内的一天，或者空着（随时能上班）。"


class YearsOutOfRangeError(RefusalError):
    """Years of work as a number."""

    code = "employment.years_out_of_range"
    template = "干过几年请写 0 到 {most} 的数。"


class SchoolingNotChosenError(RefusalError):
    """One of the grades."""

    code = "employment.schooling_not_chosen"
    template = "请选您上到哪一步。不会有人因为这个笑话您，只是有的岗位法律或单位要看。"


class TooYoungToWorkError(RefusalError):
    """Nobody under sixteen is hired."""

    code = "employment.too_young_to_work"
    template = "不满 16 周岁，法律不许单位招用（《劳动法》第十五条）。{day} 以后再来填。"
    status = 409


class WishIncompleteError(RefusalError):
    """Five answers make a wish."""

    code = "employment.wish_incomplete"
    template = "还有 {left} 题没答，答完就能开始找。"
    status = 409


@dataclass(frozen=True, slots=True)
class WantedWork:
    """One work in the person's words and its occupation; no code while it is not chosen."""

    words: str
    code: str


def read_wanted(words: Sequence[str]) -> tuple[str, ...]:
    """Up to three works as said, each once. Raises ``NothingWishedError`` and what is too long."""
    said = tuple(dict.fromkeys(each for each in (" ".join(one.split()) for one in words) if each))
    if not said:
        raise NothingWishedError(field="first")
    if any(len(one) > WORDS_MAX for one in said):
        raise WishWordsTooLongError(field="first", most=WORDS_MAX)
    return said[:WANTS_MAX]


_PAY = re.compile(r"(\d{1,7}(?:\.\d{1,2})?)(千|k|万|w)?(?:元|块)?(?:钱)?(?:以上|左右|起|/月|每月)?")
_TIMES = {"千": 1000, "k": 1000, "万": 10_000, "w": 10_000}


def read_pay_floor(text: str) -> int:
    """Fen a month; nothing written is no floor. 3000, 3,000元, 3千 and 0.35万 are read.

    Raises ``PayNotUnderstoodError``, ``PayOutOfRangeError``.
    """
    plain = re.sub(r"[\s,，]", "", text).lower().translate(_DIGITS)
    if plain in {"", "0", "面议", "不限", "都行"}:
        return 0
    found = _PAY.fullmatch(plain)
    if found is None:
        raise PayNotUnderstoodError(field="pay")
    whole, _dot, part = found[1].partition(".")
    fen = (int(whole) * 100 + int(part.ljust(2, "0") or 0)) * _TIMES.get(found[2] or "", 1)
    if not PAY_LEAST_SENSIBLE_YUAN * 100 <= fen <= PAY_MAX_YUAN * 100:
        raise PayOutOfRangeError(
            field="pay", yuan=fen // 100, least=PAY_LEAST_SENSIBLE_YUAN, most=PAY_MAX_YUAN
        )
    return fen


_DIGITS = str.maketrans("０１２３４５６７８９．", "0123456789.")


def read_hours_possible(hours: Sequence[Hours]) -> tuple[Hours, ...]:
    """At least one. Raises ``HoursNotChosenError``."""
    if not hours:
        raise HoursNotChosenError(field="hours")
    return tuple(hours)


def read_start(start_on: date | None, today: date) -> date | None:
    """From when; None and today are "at any time". Raises ``StartOutOfRangeError``."""
    if start_on is None or start_on == today:
        return None
    if not today < start_on <= today + timedelta(days=START_DAYS_MAX):
        raise StartOutOfRangeError(field="start_on")
    return start_on


def read_years(text: str) -> int:
    """Whole years; nothing written is none. Raises ``YearsOutOfRangeError``."""
    plain = text.strip().translate(_DIGITS).removesuffix("年")
    if not plain:
        return 0
    if not re.fullmatch(r"\d{1,2}", plain) or int(plain) > YEARS_MAX:
        raise YearsOutOfRangeError(field="years", most=YEARS_MAX)
    return int(plain)


def turns(born_on: date, years: int) -> date:
    """The birthday on which somebody turns so old; born on a leap day, the first of March."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def demand_old_enough(born_on: date | None, today: date) -> None:
    """Raise ``TooYoungToWorkError`` for whom the law lets nobody hire.

    Where no birth date is known nobody is turned away: a firm has to see the card before it hires.
    """
    if born_on is not None and today < turns(born_on, WORK_AGE):
        raise TooYoungToWorkError(day=turns(born_on, WORK_AGE).isoformat())


def bars_of(born_on: date | None, today: date) -> tuple[str, ...]:
    """What the law keeps somebody from today, by the names of the matching's text."""
    if born_on is not None and today < turns(born_on, ADULT_AGE):
        return (MINOR_BAR,)
    return ()


def steps_left(answered: Sequence[str], wanted: Sequence[WantedWork]) -> tuple[Step, ...]:
    """The questions still open, in order. Words without an occupation are no answer yet."""
    coded = bool(wanted) and all(one.code for one in wanted)
    return tuple(step for step in STEPS if step not in answered or (step == "what" and not coded))
