"""A judged pair in sentences: each part with its points, each unmet limit with what would meet it.

The sentences belong to the text, the numbers to the judgement; nothing is said that is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from denghuo.matching.logic.pairs import Fact, Judgement, Limit, Part
from denghuo.matching.logic.text import MatchingText

Language = Literal["zh", "en"]
STEP_METRES = 10_000
_METRES_PER_TENTH_KM = 100
_FEN_PER_YUAN = 100
_BETWEEN = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; ``points`` of ``points_max`` for a part, None for a limit."""

    name: str
    sentence: str
    points: int | None = None
    points_max: int | None = None


def why(
    judgement: Judgement, text: MatchingText, labels: Mapping[str, str], language: Language
) -> tuple[Said, ...]:
    """The parts of a score in sentences. Parts that this text gives no points to are left out.

    ``labels`` are the words for codes (kinds, tags, hours); a code without one is shown as it is.
    """
    return tuple(
        Said(
            part.name,
            _sentence(text, part, labels, language),
            part.points,
            part.points_max,
        )
        for part in judgement.parts
        if part.points_max
    )


def why_not(
    judgement: Judgement, text: MatchingText, labels: Mapping[str, str], language: Language
) -> tuple[Said, ...]:
    """The limits that are not met in sentences; empty for an eligible pair."""
    return tuple(
        Said(
            limit.name,
            text.limits[limit.name][language].format(
                **_limit_values(limit, text, labels, language)
            ),
        )
        for limit in judgement.failed
    )


def step_to_reach(metres: int, reach_metres: int) -> int:
    """How much further one would have to go, in whole steps of 10 km."""
    return -(-(metres + 1 - reach_metres) // STEP_METRES) * STEP_METRES


def _sentence(text: MatchingText, part: Part, labels: Mapping[str, str], language: Language) -> str:
    states = text.parts[part.name]
    state = _state(part)
    words = states.get(state) or states["none"]
    return words[language].format(**_part_values(part, labels, language))


def _state(part: Part) -> str:
    facts = part.facts
    if part.name == "tags" and not facts["matched"] and not facts["missing"]:
        return "unknown"
    if part.name == "pay" and facts["pay_fen"] is None:
        return "unknown"
    if part.points == part.points_max:
        return "full"
    return "some" if part.points else "none"


def _part_values(part: Part, labels: Mapping[str, str], language: Language) -> dict[str, str]:
    facts = part.facts
    match part.name:
        case "kind":
            return _kind_values(facts, labels)
        case "tags":
            matched, missing = _many(facts["matched"]), _many(facts["missing"])
            return {
                "matched": _list(matched, labels, language),
                "missing": _list(missing, labels, language),
                "matched_count": str(len(matched)),
                "count": str(len(matched) + len(missing)),
            }
        case "pay":
            pay, floor = facts["pay_fen"], _whole(facts["floor_fen"])
            value = "" if pay is None else _yuan(_whole(pay))
            return {"pay": value, "floor": _yuan(floor), "short": ""}
        case "distance":
            metres = facts["metres"]
            return {
                "km": "" if metres is None else _km(_whole(metres)),
                "reach_km": _km(_whole(facts["reach_metres"])),
            }
        case _:
            return {name: str(value) for name, value in facts.items()}


def _limit_values(
    limit: Limit, text: MatchingText, labels: Mapping[str, str], language: Language
) -> dict[str, str]:
    facts = limit.facts
    match limit.name:
        case "kind":
            return _kind_values(facts, labels)
        case "place":
            metres, reach = _whole(facts["metres"]), _whole(facts["reach_metres"])
            district = str(facts["district"])
            return {
                "km": _km(metres),
                "reach_km": _km(reach),
                "more_km": _km(step_to_reach(metres, reach)),
                "district": labels.get(district, district),
            }
        case "pay":
            top, floor = _whole(facts["pay_fen"]), _whole(facts["floor_fen"])
            return {"pay": _yuan(top), "floor": _yuan(floor), "short": _yuan(floor - top)}
        case "law":
            bars = [bar for bar in text.bars if bar.name in _many(facts["bars"])]
            return {
                "bars": _BETWEEN[language].join(bar.words[language] for bar in bars),
                "law": _BETWEEN[language].join(bar.law for bar in bars),
            }
        case "hours" | "certificates":
            return {name: _list(_many(value), labels, language) for name, value in facts.items()}
        case _:
            return {name: labels.get(str(value), str(value)) for name, value in facts.items()}


def _kind_values(facts: Mapping[str, Fact], labels: Mapping[str, str]) -> dict[str, str]:
    return {name: labels.get(str(value), str(value)) for name, value in facts.items()}


def _many(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else ()


def _whole(fact: Fact) -> int:
    return fact if isinstance(fact, int) else 0


def _list(words: tuple[str, ...], labels: Mapping[str, str], language: Language) -> str:
    return _BETWEEN[language].join(labels.get(word, word) for word in words)


def _km(metres: int) -> str:
    """Kilometres with one decimal, a half up, none when whole."""
    tenths = (metres + _METRES_PER_TENTH_KM // 2) // _METRES_PER_TENTH_KM
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, _FEN_PER_YUAN)
    return f"{whole:,}" if rest == 0 else f"{whole:,}.{rest:02}"
