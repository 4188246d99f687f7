"""What a person settled about a post stands as long as the words it was about stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from denghuo.employment.logic.posts import PostReading, Question
from denghuo.employment.models import Advert, Post

_WORDING: tuple[Question, ...] = ("wording_forbidden", "wording_doubtful")
_FRAUD: tuple[Question, ...] = ("fraud_hold", "fraud_look")


def words_of(question: str, advert: Advert) -> str:
    """A digest of the words a question rests on."""
    said: tuple[str, ...]
    match question:
        case "wage_not_understood":
            said = (advert.wage,)
        case "place_not_resolved":
            said = (advert.place,)
        case "occupation_unsure":
            said = (advert.title,)
        case _:
            said = (advert.title, advert.body)
    text = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def standing(post: Post, advert: Advert) -> dict[str, Any]:
    """What was settled about words that still stand."""
    return {
        question: answer
        for question, answer in post.settled.items()
        if answer.get("of") == words_of(question, advert)
    }


def asked_of(reading: PostReading, settled: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions of a reading that nobody has settled."""
    return tuple(one for one in reading.questions if one not in settled)


def told_of(question: str, reading: PostReading, advert: Advert) -> dict[str, Any]:
    """What whoever answers has to see."""
    match question:
        case "wage_not_understood":
            return {"words": advert.wage, "why": reading.wage.why}
        case "place_not_resolved":
            return {
                "words": advert.place,
                "outcome": reading.place.outcome,
                "candidates": list(reading.place.candidates[:20]),
            }
        case "occupation_unsure":
            return {"words": advert.title, "leaf": reading.coding.leaf}
        case one if one in _WORDING:
            findings = (*reading.title_wording, *reading.wording)
            return {
                "findings": [
                    {
                        "words": each.words,
                        "instead": each.instead,
                        "grade": each.grade,
                        "law": "、".join(str(law) for law in each.laws),
                        "suggestion": each.suggestion.zh,
                    }
                    for each in findings
                    if each.grade != "lawful"
                ],
                "better_title": reading.better_title,
                "better_body": reading.better_body,
            }
        case one if one in _FRAUD:
            return {
                "score": reading.fraud.score,
                "signals": [
                    {"words": each.words, "weight": each.weight, "sentence": each.sentence.zh}
                    for each in reading.fraud.signals
                ],
            }
    return {}
