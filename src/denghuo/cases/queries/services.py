"""Services as the public sees them: which there are, and what the rule says for one subject."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from denghuo.cases.logic.items import ServiceItem
from denghuo.cases.queries.forms import Applicant
from denghuo.cases.queries.items import listed_items
from denghuo.kernel.subject import SubjectKind
from denghuo.policy.public import Answer, PolicyDefinition, Verdict, answer, library, search_text


def find_services(
    text: str = "", *, who: SubjectKind | None = None, language: str = "zh"
) -> Sequence[ServiceItem]:
    """The listed services, by name; every word typed must stand in the name, the summary or
    the rule's own search text."""
    words = unicodedata.normalize("NFKC", text).casefold().split()
    definitions = library()
    found = [
        item
        for item in listed_items()
        if (who is None or item.who == who)
        and all(word in _searched(item, definitions.get(item.policy)) for word in words)
    ]
    return sorted(found, key=lambda item: item.names.in_language(language))


def policy_of(item: ServiceItem) -> PolicyDefinition | None:
    """The rule that answers for an item, if one does."""
    return library().get(item.policy) if item.policy else None


def answer_for(definition: PolicyDefinition, who: Applicant, *, on: date, language: str) -> Answer:
    """The rule's explained answer from what is known of the subject."""
    facts = {name: fact for name, fact in who.known.items() if name in definition.specs}
    return answer(definition, facts, on, language=language)


def rests_on_dispute(found: Answer, who: Applicant) -> bool:
    """Refused, but not any more once what the subject disputes is left out."""
    disputed = who.disputed & found.definition.specs.keys()
    if not disputed or found.verdict is not Verdict.NOT:
        return False
    left = {
        name: fact
        for name, fact in who.known.items()
        if name in found.definition.specs and name not in disputed
    }
    return answer(found.definition, left, found.as_of).verdict is not Verdict.NOT


def _searched(item: ServiceItem, definition: PolicyDefinition | None) -> str:
    own = [item.names.zh, item.names.en, item.summary.zh, item.summary.en, item.code]
    if definition is not None:
        own.append(search_text(definition))
    return unicodedata.normalize("NFKC", " ".join(own)).casefold()
