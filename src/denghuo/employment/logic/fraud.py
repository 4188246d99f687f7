"""Signs of fraud in a post: what each rests on, what it weighs, what it brings about.

The sum is 0 to 100. From one figure on a person looks, from another the post is held until one has;
nothing is refused by a figure. A sign counts once however often it stands, and a warning
against it ("谨防刷单", "不收押金") is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from denghuo.employment.logic.dated import DatedTextError, VersionShape, read_versions
from denghuo.employment.logic.folding import folded
from denghuo.kernel.period import Period
from denghuo.kernel.words import Shape, Words, WordsShape

TEXT_MAX = 20_000
MOST = 100
_BEFORE = 14
_CLAUSE_ENDS = re.compile(r"[,;。!?.\n、]")
Level = Literal["none", "look", "hold"]
PAY_SENTENCE = Words(
    "工资比同一地方同一工作高出很多。", "The pay is far above what this work brings here."
)
UNKNOWN_SENTENCE = Words("还不知道是哪个单位。", "It is not known yet which employer this is.")

Weight = Annotated[int, Field(ge=1, le=MOST)]


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One sign to look for."""

    id: str
    weight: int
    basis: str
    sentence: Words
    find: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class FraudText:
    """The dated weights. ``pay_above`` holds (per cent above the usual, weight), rising."""

    span: Period
    source: str
    look_at: int
    hold_at: int
    unless_before: re.Pattern[str]
    pay_above: tuple[tuple[int, int], ...]
    employer_unknown: int
    signals: tuple[SignalRule, ...]
    together: tuple[tuple[frozenset[str], int], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign found. ``start`` and ``end`` are 0 where it is not in the text (pay, employer)."""

    id: str
    weight: int
    sentence: Words
    basis: str
    words: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class FraudReading:
    """The signs, their sum, and what is to be done."""

    level: Level
    score: int
    signals: tuple[Signal, ...]


class PayShape(Shape):
    """A step of pay above the usual."""

    percent: Annotated[int, Field(ge=10, le=10_000)]
    weight: Weight


class SignalShape(Shape):
    """One sign as written."""

    id: str
    weight: Weight
    basis: str = Field(min_length=2)
    sentence: WordsShape
    find: str = Field(min_length=1, max_length=1_000)


class TogetherShape(Shape):
    """Signs that weigh more when they stand together."""

    signals: list[str] = Field(min_length=2)
    weight: Weight


class FraudShape(VersionShape):
    """A whole version."""

    status: Literal["assumed", "published"]
    look_at: Weight
    hold_at: Weight
    unless_before: str
    pay_above: list[PayShape]
    employer_unknown: Weight
    signals: list[SignalShape] = Field(min_length=1)
    together: list[TogetherShape]


def load_fraud_texts(text: str) -> tuple[FraudText, ...]:
    """All versions, oldest first. Raises ``DatedTextError``."""
    return tuple(_text(span, one) for span, one in read_versions(text, FraudShape))


def _text(span: Period, one: FraudShape) -> FraudText:
    known = {each.id for each in one.signals}
    if one.look_at >= one.hold_at:
        raise DatedTextError("a post is looked at before it is held")
    if unknown := {name for each in one.together for name in each.signals} - known:
        raise DatedTextError(f"no signal {sorted(unknown)}")
    return FraudText(
        span=span,
        source=one.source,
        look_at=one.look_at,
        hold_at=one.hold_at,
        unless_before=_compiled(one.unless_before),
        pay_above=tuple(sorted((each.percent, each.weight) for each in one.pay_above)),
        employer_unknown=one.employer_unknown,
        signals=tuple(
            SignalRule(each.id, each.weight, each.basis, each.sentence.words, _compiled(each.find))
            for each in one.signals
        ),
        together=tuple((frozenset(each.signals), each.weight) for each in one.together),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        made = re.compile(pattern)
    except re.error as error:
        raise DatedTextError(f"{pattern}: {error}") from error
    return made


def read_fraud(
    body: str,
    words: FraudText,
    *,
    pay_high_fen: int | None = None,
    usual_high_fen: int | None = None,
    employer_known: bool = True,
) -> FraudReading:
    """Every sign in a post.

    ``pay_high_fen`` is the post's best monthly pay, ``usual_high_fen`` what the best tenth of this
    work pays here; without either nothing is said about pay.
    """
    text = folded(body[:TEXT_MAX])
    found = [signal for rule in words.signals if (signal := _first(rule, text, body, words))]
    held = {signal.id for signal in found}
    if pay := _pay(pay_high_fen, usual_high_fen, words):
        found.append(pay)
    if not employer_known:
        found.append(Signal("employer_unknown", words.employer_unknown, UNKNOWN_SENTENCE, ""))
    extra = sum(weight for names, weight in words.together if names <= held)
    score = min(MOST, sum(signal.weight for signal in found) + extra)
    level: Level = "none"
    if score >= words.look_at:
        level = "hold" if score >= words.hold_at else "look"
    return FraudReading(level, score, tuple(found))


def _first(rule: SignalRule, text: str, body: str, words: FraudText) -> Signal | None:
    for match in rule.find.finditer(text):
        start, end = match.span()
        clause = _CLAUSE_ENDS.split(text[max(0, start - _BEFORE) : start])[-1]
        if start < end and not words.unless_before.search(clause):
            return Signal(
                rule.id, rule.weight, rule.sentence, rule.basis, body[start:end], start, end
            )
    return None


def _pay(high: int | None, usual: int | None, words: FraudText) -> Signal | None:
    if high is None or not usual or usual < 0:
        return None
    above = (high - usual) * 100 // usual
    weights = [weight for percent, weight in words.pay_above if above >= percent]
    return Signal("pay_above", max(weights), PAY_SENTENCE, "") if weights else None
