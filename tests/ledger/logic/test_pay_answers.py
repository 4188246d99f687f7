"""What a bank's word does to an order, in every state it may stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.ledger.logic.bank_formats import FORMATS, bank_format
from denghuo.ledger.logic.bank_lines import ReadLine
from denghuo.ledger.logic.pay_answers import (
    IN_ERROR,
    NEXT_STEPS,
    OUTCOME_NAMES,
    SETTLING,
    Judgement,
    OrderFacts,
    Outcome,
    judge,
)
from denghuo.ledger.logic.pay_states import AWAITING_BANK, PayState, ReturnReason

pytestmark = pytest.mark.no_postgres

BANK = bank_format("fixed")


def row(code: str = "0000", fen: int = 500) -> ReadLine:
    return ReadLine(1, {"reference": "P1", "amount_fen": fen, "code": code, "message": ""})


def order(state: PayState, *, asked: bool = True) -> OrderFacts:
    return OrderFacts(state, 500, asked)


def outcome(line: ReadLine, facts: OrderFacts | None, *, conflicting: bool = False) -> Outcome:
    return judge(line, facts, BANK, conflicting=conflicting).outcome


@pytest.mark.parametrize("state", sorted(AWAITING_BANK))
def test_the_bank_settles_what_waits_for_it(state: PayState) -> None:
    assert outcome(row(), order(state)) is Outcome.PAID
    returned = judge(row("E101"), order(state), BANK, conflicting=False)
    assert returned == Judgement(Outcome.RETURNED, ReturnReason.WRONG_NAME)
    assert outcome(row("P001"), order(state)) is Outcome.PROCESSING


def test_a_second_word_books_nothing() -> None:
    assert outcome(row(), order(PayState.PAID)) is Outcome.REPEATED
    assert outcome(row("E102"), order(PayState.PAID)) is Outcome.CONTRADICTS
    for state in (PayState.RETURNED, PayState.REISSUED, PayState.GIVEN_UP):
        assert outcome(row("E102"), order(state)) is Outcome.REPEATED
        assert outcome(row(), order(state)) is Outcome.CONTRADICTS


def test_what_was_never_sent_is_not_believed() -> None:
    for state in (PayState.ORDERED, PayState.IN_FILE, PayState.CANCELLED):
        assert outcome(row(), order(state)) is Outcome.NOT_SENT


def test_doubts_book_nothing() -> None:
    sent = order(PayState.SENT)
    assert outcome(row(fen=501), sent) is Outcome.AMOUNT_DIFFERS
    assert outcome(row(fen=-500), sent) is Outcome.AMOUNT_DIFFERS
    assert outcome(row("Z999"), sent) is Outcome.UNKNOWN_CODE
    assert outcome(row(), None) is Outcome.UNKNOWN_ORDER
    assert outcome(row(), order(PayState.SENT, asked=False)) is Outcome.OTHER_FILE
    assert outcome(row(), sent, conflicting=True) is Outcome.CONTRADICTS
    assert outcome(ReadLine(3, {}, "长度不对"), sent) is Outcome.UNREADABLE


@given(
    st.sampled_from(PayState),
    st.booleans(),
    st.sampled_from([*BANK.results, "Z999", ""]),
    st.sampled_from([500, 499, 0, -500]),
    st.booleans(),
)
def test_only_a_waiting_order_is_ever_settled(
    state: PayState, asked: bool, code: str, fen: int, conflicting: bool
) -> None:
    found = judge(row(code, fen), OrderFacts(state, 500, asked), BANK, conflicting=conflicting)
    if found.outcome in SETTLING:
        assert state in AWAITING_BANK
        assert asked
        assert fen == 500
        assert not conflicting
    assert (found.reason is not None) == (found.outcome is Outcome.RETURNED)


def test_every_outcome_has_words_and_every_error_a_next_step() -> None:
    assert set(OUTCOME_NAMES) == set(Outcome)
    assert set(NEXT_STEPS) >= IN_ERROR


def test_every_return_code_has_a_reason() -> None:
    for form in FORMATS.values():
        for result in form.results.values():
            assert (result.answer == "returned") == (result.reason is not None)
