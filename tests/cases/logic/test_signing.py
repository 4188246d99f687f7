"""Three hands, and nobody's own affair."""

from __future__ import annotations

from uuid import UUID

import pytest

from denghuo.cases.logic.signing import (
    Hands,
    RelatedHandError,
    SameHandError,
    Signer,
    ThirdSignNeededError,
    demand_maker,
    demand_second_pair,
    is_final,
    needs_third,
)

pytestmark = pytest.mark.no_postgres
A, B, C, D = (UUID(int=n) for n in range(1, 5))
HANDS = Hands(opened_by=D, verified_by=A, proposed_by=A, checked_by=None)


def test_the_maker_never_checks() -> None:
    with pytest.raises(SameHandError):
        is_final(Signer(A, supervisor=True), HANDS, amount_fen=1, limit_fen=None)


def test_who_verified_never_checks_though_another_proposed() -> None:
    hands = Hands(opened_by=None, verified_by=B, proposed_by=A, checked_by=None)
    with pytest.raises(SameHandError):
        is_final(Signer(B, supervisor=False), hands, amount_fen=1, limit_fen=None)


def test_who_handed_it_in_for_the_applicant_neither_makes_nor_checks() -> None:
    with pytest.raises(SameHandError):
        demand_maker(Signer(D, supervisor=False), HANDS)
    with pytest.raises(SameHandError):
        is_final(Signer(D, supervisor=True), HANDS, amount_fen=1, limit_fen=None)


def test_a_relation_ends_it() -> None:
    with pytest.raises(RelatedHandError, match="配偶"):
        demand_maker(Signer(B, supervisor=False, relation="配偶"), HANDS)
    with pytest.raises(RelatedHandError):
        demand_second_pair(Signer(B, supervisor=True, relation="本人"), ())


def test_above_the_sum_a_supervisor_signs_third() -> None:
    assert not needs_third(100, 100)
    assert needs_third(101, 100)
    assert not needs_third(10**12, None)
    assert is_final(Signer(B, supervisor=False), HANDS, amount_fen=100, limit_fen=100)
    assert not is_final(Signer(B, supervisor=True), HANDS, amount_fen=101, limit_fen=100)
    checked = Hands(D, A, A, B)
    with pytest.raises(SameHandError):
        is_final(Signer(B, supervisor=True), checked, amount_fen=101, limit_fen=100)
    with pytest.raises(ThirdSignNeededError):
        is_final(Signer(C, supervisor=False), checked, amount_fen=101, limit_fen=100)
    assert is_final(Signer(C, supervisor=True), checked, amount_fen=101, limit_fen=100)


def test_a_second_look_is_by_somebody_new() -> None:
    with pytest.raises(SameHandError):
        demand_second_pair(Signer(A, supervisor=True), {A, B})
    demand_second_pair(Signer(C, supervisor=True), {A, B})
