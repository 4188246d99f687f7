"""Every reason a payment may stop for is a sentence a clerk understands."""

from __future__ import annotations

import re

import pytest

from denghuo.cases.actions import noticing, paying  # noqa: F401  their refusals are looked at
from denghuo.cases.logic.pay_problems import (
    ACCOUNT_WANTED,
    CORRECTED,
    PROBLEM_WORDS,
    SENT_BACK,
    problem_words,
)
from denghuo.kernel.refusal import RefusalError
from denghuo.ledger.logic import entries, pay_drafts, payees
from denghuo.ledger.logic.pay_states import ReturnReason
from denghuo.ledger.public import BelowFloorError

pytestmark = pytest.mark.no_postgres


def refusals_of(*modules: object) -> set[str]:
    """The codes of the refusals a module defines."""
    return {
        one.code
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, RefusalError)
        and one.__module__ == getattr(module, "__name__", "")
    }


def test_what_the_nightly_payment_may_meet_has_words() -> None:
    met = refusals_of(paying, pay_drafts, payees) - {"cases.not_returned"}
    assert {"cases.objection_open", "ledger.account_name"} <= met
    assert met - PROBLEM_WORDS.keys() == set()
    assert BelowFloorError.code in PROBLEM_WORDS


def test_why_a_bank_gave_it_back_has_words() -> None:
    reasons = {str(one) for one in ReturnReason}
    assert reasons - PROBLEM_WORDS.keys() == set()
    assert reasons <= ACCOUNT_WANTED & SENT_BACK


def test_a_code_nobody_thought_of_is_a_sentence_too_and_never_the_code() -> None:
    unknown = refusals_of(entries)
    assert unknown
    for code in {*unknown, *PROBLEM_WORDS, "x"}:
        assert re.search(r"[一-鿿]{4}", problem_words(code)), code
        assert code not in problem_words(code)
    assert problem_words("") == ""


def test_what_is_the_offices_is_not_asked_of_the_applicant() -> None:
    assert "ledger.below_floor" not in ACCOUNT_WANTED
    assert "cases.objection_open" not in ACCOUNT_WANTED
    assert CORRECTED not in ACCOUNT_WANTED
    assert all(len(code) <= 40 for code in PROBLEM_WORDS), "the column holds forty"
