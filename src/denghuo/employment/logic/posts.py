"""A raw post read by every reader at once, and what of it a person has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from denghuo.employment.logic.fraud import FraudReading, FraudText, read_fraud
from denghuo.employment.logic.localities import PlaceReading, PlaceTable, resolve_place
from denghuo.employment.logic.occupations import Coding
from denghuo.employment.logic.wages import Wage, WageText, read_wage
from denghuo.employment.logic.wording import Finding, Wording, check_wording, reworded

Question = Literal[
    "wage_not_understood",
    "place_not_resolved",
    "occupation_unsure",
    "wording_forbidden",
    "wording_doubtful",
    "fraud_look",
    "fraud_hold",
]
# Questions that keep a post from being shown until a person has answered.
HOLDING: frozenset[Question] = frozenset({"wording_forbidden", "fraud_hold"})


@dataclass(frozen=True, slots=True)
class RawPost:
    """A post as a source wrote it, columns already named."""

    title: str
    body: str
    wage: str
    place: str
    employer: str


@dataclass(frozen=True, slots=True)
class Readers:
    """The tables and dated texts that hold on the post's day."""

    wages: WageText
    wording: Wording
    fraud: FraudText
    places: PlaceTable


@dataclass(frozen=True, slots=True)
class PostReading:
    """All that was understood. ``better_body`` is the text as it could be written lawfully,
    the same as the body where nothing has to change."""

    wage: Wage
    place: PlaceReading
    coding: Coding
    wording: tuple[Finding, ...]
    title_wording: tuple[Finding, ...]
    fraud: FraudReading
    better_title: str
    better_body: str
    questions: tuple[Question, ...]

    @property
    def held(self) -> bool:
        """Whether the post waits for a person before anybody sees it."""
        return not HOLDING.isdisjoint(self.questions)


def read_post(
    raw: RawPost, readers: Readers, coding: Coding, *, usual_high_fen: int | None = None
) -> PostReading:
    """Read one post. ``coding`` comes from a coder that codes a whole feed at once.

    ``usual_high_fen`` is what the best tenth of this work pays here, None where unknown.
    """
    wage = read_wage(raw.wage, readers.wages)
    place = resolve_place(raw.place, readers.places)
    wording = check_wording(raw.title, raw.body, readers.wording)
    title_wording = check_wording(raw.body, raw.title, readers.wording)
    fraud = read_fraud(
        f"{raw.title}\n{raw.body}",
        readers.fraud,
        pay_high_fen=wage.high_fen or wage.low_fen,
        usual_high_fen=usual_high_fen,
        employer_known=bool(raw.employer),
    )
    return PostReading(
        wage=wage,
        place=place,
        coding=coding,
        wording=wording,
        title_wording=title_wording,
        fraud=fraud,
        better_title=reworded(raw.title, title_wording),
        better_body=reworded(raw.body, wording),
        questions=_questions(wage, place, coding, (*title_wording, *wording), fraud),
    )


def _questions(
    wage: Wage,
    place: PlaceReading,
    coding: Coding,
    wording: tuple[Finding, ...],
    fraud: FraudReading,
) -> tuple[Question, ...]:
    grades = {one.grade for one in wording}
    asked: dict[Question, bool] = {
        "wording_forbidden": "forbidden" in grades,
        "wording_doubtful": "caution" in grades,
        "fraud_hold": fraud.level == "hold",
        "fraud_look": fraud.level == "look",
        "occupation_unsure": coding.code is None,
        "wage_not_understood": wage.outcome == "not_understood",
        "place_not_resolved": place.outcome not in {"resolved", "outside"},
    }
    return tuple(question for question, holds in asked.items() if holds)
