"""Finding the words and writing the post without them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from denghuo.employment.logic.folding import folded
from denghuo.employment.logic.wording.values import Exemption, Finding, Rule, Wording

TEXT_MAX = 20_000
_BEFORE = 12
_AFTER = 12
# A lower limit up to 18 repeats the law on minors, an upper one from 60 the end of working life.
LOWER_AGE_ALLOWED = 18
UPPER_AGE_ALLOWED = 60
_STOPS = re.compile(
    r"([,，、;；]\s*)(?=[,，、;；。.!！])|^[ \t]*[,，、;；]\s*|(?<=[:：(（])[,，、;；]\s*",
    re.MULTILINE,
)
_EMPTY = re.compile(r"[(（\[【]\s*[)）\]】]")


def check_wording(title: str, body: str, wording: Wording) -> tuple[Finding, ...]:
    """Every finding in the body, in order; the title is read for exceptions too.

    To check the title itself, pass it as the body. At most the first 20,000 characters are read.
    Findings never overlap: of two, the graver stands, then the longer.
    """
    text = folded(body[:TEXT_MAX])
    whole = f"{folded(title)}\n{text}"
    found = [one for rule in wording.rules for one in _of_rule(rule, text, body, whole)]
    judged = [_judged(one, whole, wording.exemptions) for one in found]
    order = {"forbidden": 0, "lawful": 1, "caution": 2}
    kept: list[Finding] = []
    for one in sorted(judged, key=lambda one: (order[one.grade], one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept))


def _of_rule(rule: Rule, text: str, body: str, whole: str) -> Iterator[Finding]:
    if rule.needs and not rule.needs.search(whole):
        return
    for phrase in rule.phrases:
        for match in phrase.find.finditer(text):
            start, end = match.span()
            start += len(match[0]) - len(match[0].lstrip())
            if start == end or _harmless(rule, text, start, end) or _age_allowed(match):
                continue
            yield Finding(
                start,
                end,
                rule.id,
                rule.kind,
                rule.grade,
                body[start:end],
                match.expand(phrase.instead),
                rule.laws,
                rule.suggestion,
            )


def _harmless(rule: Rule, text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    return bool(
        (rule.unless_before and rule.unless_before.search(before))
        or (rule.unless_after and rule.unless_after.search(after))
    )


def _ages(match: re.Match[str]) -> tuple[int | None, int | None]:
    groups = match.groupdict()
    low, high = groups.get("low"), groups.get("high")
    return (int(low) if low else None), (int(high) if high else None)


def _age_allowed(match: re.Match[str]) -> bool:
    low, high = _ages(match)
    if low is None and high is None:
        return False
    return (low is None or low <= LOWER_AGE_ALLOWED) and (high is None or high >= UPPER_AGE_ALLOWED)


def _judged(found: Finding, whole: str, exemptions: tuple[Exemption, ...]) -> Finding:
    """The finding as the first exception that fits makes it."""
    for one in exemptions:
        if found.rule not in one.rules or one.words not in found.words:
            continue
        if not one.when.search(whole) or not _within_age(found, one):
            continue
        return Finding(
            found.start,
            found.end,
            found.rule,
            found.kind,
            one.grade,
            found.words,
            found.instead,
            one.laws,
            one.note,
            one.id,
        )
    return found


def _within_age(found: Finding, exemption: Exemption) -> bool:
    """A legal upper age excuses that age alone, not a lower limit of the firm's own."""
    if exemption.age_max is None:
        return True
    ages = [int(one) for one in re.findall(r"\d{2}", folded(found.words))]
    return all(age >= exemption.age_max or age <= LOWER_AGE_ALLOWED for age in ages)


def reworded(body: str, findings: tuple[Finding, ...]) -> str:
    """The text with every forbidden or doubtful phrase replaced; what is lawful stays.

    The result is a suggestion for the employer to read, never written over their words.
    """
    parts: list[str] = []
    at = 0
    for one in sorted(findings):
        if one.grade == "lawful":
            continue
        parts += [body[at : one.start], one.instead]
        at = one.end
    if not parts:
        return body
    parts.append(body[at:])
    return _STOPS.sub("", _EMPTY.sub("", "".join(parts))).strip()
