"""From the sums in a text to a month's pay, saying what was assumed and why it failed."""

from __future__ import annotations

import re
from fractions import Fraction

from denghuo.employment.logic.numerals import normal_text
from denghuo.employment.logic.wages.amounts import Amount, amounts
from denghuo.employment.logic.wages.values import Assumed, Basis, Wage, WageText, Why
from denghuo.kernel.money import FEN_PER_YUAN, round_half_up

TEXT_MAX = 400
_NEGOTIABLE = re.compile(
    r"面议|面谈|详谈|协商|可议|待定|按.{0,6}(?:规定|标准|制度)|从优|优厚|open|negotiable|保密"
)
_PIECE = re.compile(r"计件|按件|按单|多劳多得|按量计")
_COMMISSION = re.compile(r"提成|佣金|绩效|分红|业绩奖")
_PAYS = re.compile(
    r"(?<!\d)(1[2-9]|2[0-4])\s?薪|[·x*×]\s?(1[2-9]|2[0-4])(?!\d)|(十[二三四五六七八九])薪"
)
_PAYS_SPELLED = {f"十{sign}": 12 + at for at, sign in enumerate("二三四五六七八九")}
_FOREIGN = re.compile(
    r"美元|美金|usd|\$|欧元|eur|€|日元|jpy|港币|hkd|澳元|新币|卢布|图格里克|₮|£|英镑"
)
_AFTER_TAX = re.compile(r"税后|到手")
_HOURS_A_DAY = re.compile(
    r"(?:每天|一天|每日|日均|天|日|上班|工作)[^\d]{0,6}(\d{1,2}(?:\.5)?)\s?(?:个?小时|h)|"
    r"[((]\s?(\d{1,2}(?:\.5)?)\s?(?:个?小时|h)\s?[))]"
)
_DAYS_OFF = re.compile(r"(?:月休|每?月休息?|休)\s?([2-9])\s?天")
_DAYS_WORKED = re.compile(r"(?:每月|一个月|月)(?:工作|出勤|上班|上)?\s?(2\d|3[01])\s?天")
_ONE_DAY_OFF = re.compile(r"单休|做六休一|上六休一|周休一")
_TWO_DAYS_OFF = re.compile(r"双休|周末休息|五天工作制|做五休二")
_BARE_MONTH_MIN, _BARE_MONTH_MAX, _BARE_MONTH_MAX_K = 1_000, 50_000, 200_000
_BARE_SUM_MIN = 100  # a bare smaller number is a paragraph's, an age, a count
_BARE_YEAR_MIN = 60_000


def _pays(text: str) -> int:
    found = _PAYS.search(text)
    if not found:
        return 12
    return _PAYS_SPELLED[found[3]] if found[3] else int(found[1] or found[2])


def _days(text: str, words: WageText) -> tuple[Fraction, bool]:
    """Days a month, and whether they had to be assumed."""
    if found := _DAYS_WORKED.search(text):
        return Fraction(found[1]), False
    if found := _DAYS_OFF.search(text):
        return Fraction(30 - int(found[1])), False
    if _ONE_DAY_OFF.search(text):
        return words.one_day_off_days, False
    if _TWO_DAYS_OFF.search(text):
        return words.days_a_month, False
    return words.days_a_month, True


def _times(basis: Basis, text: str, words: WageText) -> tuple[Fraction, tuple[Assumed, ...]]:
    """What one period is multiplied by to make a month."""
    if basis == "month":
        return Fraction(1), ()
    if basis == "year":
        return Fraction(1, 12), ()
    if basis == "week":
        return words.weeks_a_month, ("days_a_month",)
    days, guessed = _days(text, words)
    if basis == "day":
        return days, ("days_a_month",) if guessed else ()
    found = _HOURS_A_DAY.search(text)
    hours = Fraction(found[1] or found[2]) if found else words.hours_a_day
    if not 0 < hours <= 24:
        hours, found = words.hours_a_day, None
    return days * hours, ("hours_a_month",) if guessed or not found else ()


def _fen(yuan: Fraction | None, times: Fraction) -> int | None:
    if yuan is None:
        return None
    whole = yuan * times * FEN_PER_YUAN
    return round_half_up(whole.numerator, whole.denominator)


def _guess(amount: Amount) -> tuple[Basis | None, tuple[Assumed, ...]]:
    """A sum without a period: the size says month or year, or nothing."""
    if amount.basis:
        return amount.basis, ()
    sizes = [end for end in (amount.low, amount.high) if end is not None]
    most = _BARE_MONTH_MAX_K if amount.thousands else _BARE_MONTH_MAX
    if all(_BARE_MONTH_MIN <= size <= most for size in sizes):
        return "month", ("month",)
    if amount.marked and all(size >= _BARE_YEAR_MIN for size in sizes):
        return "year", ("year",)
    return None, ()


def _is_sum(amount: Amount) -> bool:
    ends = [end for end in (amount.low, amount.high) if end is not None]
    return bool(amount.basis or amount.marked) or max(ends) >= _BARE_SUM_MIN


def _not_understood(why: Why, words: str = "") -> Wage:
    return Wage("not_understood", why=why, words=words)


def _chosen(found: list[Amount]) -> tuple[Amount | None, Amount | None, bool]:
    """The sum that is the pay, the fixed part, and whether there were several to choose from.

    A stated total goes before a plain sum, a plain sum before the fixed part.
    """
    base = next((one for one in found if one.role == "base"), None)
    for role in ("total", "plain"):
        of_role = [one for one in found if one.role == role and one.basis != "piece"]
        stated = [one for one in of_role if one.basis or one.marked] or of_role
        usable = [one for one in stated if _guess(one)[0]] or stated
        if usable:
            differ = {(one.low, one.high) for one in usable}
            return usable[0], base, len(differ) > 1
    return base, base, False


def read_wage(text: str, words: WageText) -> Wage:
    """Read a post's wage.

    ``words`` is the dated text of assumptions in force on the post's day. Never raises: a text
    nobody can turn into money comes back as ``not_understood`` with the reason.
    """
    if len(text) > TEXT_MAX:
        return _not_understood("too_long")
    plain = normal_text(text)
    if not plain:
        return _not_understood("empty")
    if _FOREIGN.search(plain):
        return _not_understood("other_currency")
    found = [one for one in amounts(plain) if one.role != "other" and _is_sum(one)]
    piece = next((one for one in found if one.basis == "piece"), None)
    pay, base, several = _chosen(found)
    if pay is None:
        return _without_sum(plain, piece)
    return _with_sum(plain, words, pay, base, piece, several=several)


def _without_sum(plain: str, piece: Amount | None) -> Wage:
    if piece is not None:
        rate = piece.low if piece.low is not None else piece.high
        return Wage(
            "by_piece",
            basis="piece",
            piece_fen=_fen(rate, Fraction(1)),
            words=plain[piece.start : piece.end],
        )
    if _PIECE.search(plain):
        return Wage("by_piece", basis="piece", words=plain[:40])
    if found := _NEGOTIABLE.search(plain):
        return Wage("open", words=found[0])
    return _not_understood("no_amount", plain[:40])


def _with_sum(
    plain: str,
    words: WageText,
    pay: Amount,
    base: Amount | None,
    piece: Amount | None,
    *,
    several: bool,
) -> Wage:
    told = plain[pay.start : pay.end]
    if pay.low is not None and pay.high is not None and pay.high < pay.low:
        return _not_understood("high_below_low", told)
    basis, guessed = _guess(pay)
    if basis is None:
        return _not_understood("period_not_stated", told)
    times, assumed = _times(basis, plain, words)
    low, high = _fen(pay.low, times), _fen(pay.high, times)
    told_ends = [end for end in (low, high) if end is not None]
    if not all(words.month_fen_min <= end <= words.month_fen_max for end in told_ends):
        return _not_understood("out_of_range", told)
    commission = bool(_COMMISSION.search(plain))
    if low == high and (pay is base or (commission and pay.role == "plain")):
        high = None  # the fixed part is the floor, the commission has no ceiling
    several_note: tuple[Assumed, ...] = ("first_of_several",) if several else ()
    return Wage(
        "understood",
        low_fen=low,
        high_fen=high,
        basis=basis,
        base_fen=_fen(base.low, Fraction(1)) if base and base.basis in {None, "month"} else None,
        piece_fen=_fen(piece.low, Fraction(1)) if piece else None,
        pays_a_year=_pays(plain),
        commission=commission,
        after_tax=bool(_AFTER_TAX.search(plain)),
        about=pay.about,
        assumed=(*guessed, *assumed, *several_note),
        words=told,
    )
