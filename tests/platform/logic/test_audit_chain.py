"""The arithmetic of the audit chain: no single change goes unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.platform.logic.audit_chain import (
    FIRST_PREVIOUS,
    Break,
    ChainRow,
    canonical_json,
    first_break,
    hash_of,
)

pytestmark = pytest.mark.no_postgres
Chain = list[tuple[ChainRow, str]]
START = datetime(2026, 11, 23, tzinfo=UTC)
TEXT_FIELDS = ["actor", "acting_for", "mandate", "action", "subject", "entity", "detail"]


def chain_of(details: list[str]) -> Chain:
    rows: Chain = []
    previous = FIRST_PREVIOUS
    for number, detail in enumerate(details, start=1):
        row = ChainRow(
            seq=number,
            at=START + timedelta(seconds=number),
            actor="system",
            acting_for="",
            mandate="",
            action="test.write",
            subject="",
            entity="",
            detail=detail,
            previous=previous,
        )
        previous = hash_of(row)
        rows.append((row, previous))
    return rows


chains = st.lists(st.text(max_size=8), min_size=2, max_size=8).map(chain_of)


@given(chains)
def test_an_untouched_chain_is_whole(chain: Chain) -> None:
    heads = {row.seq: stored for row, stored in chain}
    assert first_break(chain, heads=heads) is None


@given(chains, st.data())
def test_any_edit_of_any_field_is_found_at_its_row(chain: Chain, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(chain) - 1))
    row, stored = chain[index]
    name = data.draw(st.sampled_from([*TEXT_FIELDS, "at"]))
    if name == "at":
        edited = replace(row, at=row.at + timedelta(microseconds=1))
    else:
        edited = replace(row, **{name: getattr(row, name) + "x"})
    chain[index] = (edited, stored)
    assert first_break(chain, heads={}) == Break(row.seq, "edited")


@given(chains, st.data())
def test_an_edit_with_its_hash_made_to_fit_breaks_the_next_row(
    chain: Chain, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(chain) - 2))
    edited = replace(chain[index][0], actor="nobody")
    chain[index] = (edited, hash_of(edited))
    assert first_break(chain, heads={}) == Break(edited.seq + 1, "relinked")


@given(chains, st.data())
def test_a_row_left_out_is_found_where_it_was(chain: Chain, data: st.DataObject) -> None:
    gone = chain.pop(data.draw(st.integers(0, len(chain) - 2)))[0]
    assert first_break(chain, heads={}) == Break(gone.seq, "missing")


@given(chains, st.data())
def test_an_end_cut_off_is_found_only_with_a_head(chain: Chain, data: st.DataObject) -> None:
    heads = {chain[-1][0].seq: chain[-1][1]}
    kept = chain[: data.draw(st.integers(0, len(chain) - 1))]
    assert first_break(kept, heads={}) is None
    assert first_break(kept, heads=heads) == Break(len(kept) + 1, "truncated")


@given(chains, chains)
def test_a_rewritten_chain_differs_from_a_kept_head(first: Chain, second: Chain) -> None:
    row, stored = first[0]
    found = first_break(second, heads={row.seq: stored})
    assert found == (None if second[0][1] == stored else Break(1, "head_differs"))


def test_an_instant_is_the_same_in_every_time_zone() -> None:
    [(row, stored), _] = chain_of(["a", "b"])
    elsewhere = row.at.astimezone(timezone(timedelta(hours=8)))
    assert hash_of(replace(row, at=elsewhere)) == stored


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none()))
def test_canonical_json_does_not_depend_on_order(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(turned)


def test_what_has_no_one_text_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"n": float("nan")})
