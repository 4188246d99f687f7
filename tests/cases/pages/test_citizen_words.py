"""Every word of a state or step can be translated, and has its English."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message

from denghuo.cases.logic.pay_problems import PROBLEM_WORDS
from denghuo.cases.logic.states import STATE_WORDS
from denghuo.cases.logic.step_words import STEP_WORDS
from denghuo.cases.models import Appeal, CasePayment
from denghuo.web.translations import is_translated, read_catalogue, sentences

pytestmark = pytest.mark.no_postgres
# What an applicant meets; the desk works in Chinese.
CITIZENS = (
    "cases/pages/apply",
    "cases/pages/assist",
    "cases/pages/citizen",
    "cases/templates/cases/citizen/",
    "cases/forms.py",
    "cases/logic/answers",
    "cases/logic/documents",
    "cases/logic/forms",
    "cases/actions/documents",
    "cases/actions/drafts",
    "cases/actions/handing_in",
    "cases/queries/at_hand",
    "cases/queries/drafts",
    "cases/queries/notices",
)


def test_every_word_of_a_state_or_step_is_marked_and_has_its_english() -> None:
    said = {
        *STATE_WORDS.values(),
        *STEP_WORDS.values(),
        *PROBLEM_WORDS.values(),
        *dict(Appeal.STATE).values(),
        *dict(CasePayment.STATE).values(),
    }
    assert said - {sentence.first for sentence in sentences("cases")} == set()
    english = read_catalogue("en")
    assert [word for word in sorted(said) if not has_words(english.get(word))] == []


def has_words(message: Message | None) -> bool:
    return message is not None and is_translated(message)


def test_the_citizen_s_pages_speak_english() -> None:
    catalogue = read_catalogue("en")
    missing = []
    found = 0
    for sentence in sentences("cases"):
        if sentence.file.startswith(CITIZENS):
            found += 1
            if not has_words(catalogue.get(sentence.key, sentence.context)):
                missing.append(f"{sentence.file}: {sentence.first}")
    assert found > 250
    assert missing == []
