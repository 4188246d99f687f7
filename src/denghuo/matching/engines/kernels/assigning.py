"""Deferred acceptance, an auction, and paths that place one more, as machine code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from denghuo.matching.engines.compiled import compiled, inlined
from denghuo.matching.engines.kernels.scoring import unsigned, wide

Ints = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

DEAD = -2  # seen by a search without success
SCORE_SHIFT, SLOT_BITS = 32, (1 << 32) - 1
NO_PLACE = np.int64(1) << 60  # a price that nobody pays


@inlined
def _swap(heap: Int64s, one: int, other: int) -> None:
    for part in range(2):
        heap[one, part], heap[other, part] = heap[other, part], heap[one, part]


@inlined
def _sink(heap: Int64s, start: int, size: int) -> None:
    """Let the head of a heap (smallest first) sink to its place. A row is a key and whose it is:
    they lie together, because each look at a heap is a look far away."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and heap[start + child + 1, 0] < heap[start + child, 0]:
            child += 1
        if heap[start + at, 0] <= heap[start + child, 0]:
            return
        _swap(heap, start + at, start + child)
        at = child


@inlined
def _rise(heap: Int64s, start: int, size: int) -> None:
    """Let the last of a heap rise to its place."""
    at = size - 1
    while at > 0:
        above = (at - 1) // 2
        if heap[start + above, 0] <= heap[start + at, 0]:
            return
        _swap(heap, start + at, start + above)
        at = above


@compiled
def defer(
    order: Ints, slots: Ints, priority: Int64s, starts: Int64s, quota: int,
    held: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Deferred acceptance: seekers ask down their lists, offers keep the best of who asked.

    ``starts`` (offers + 1) are sums of places. ``held`` (seekers, k) becomes 1 where a seeker
    holds an offer, at most ``quota`` in a row. The result does not depend on ``order``.
    """
    count, k = slots.shape
    heap = np.empty((starts[-1], 2), np.int64)
    size = np.zeros(len(starts) - 1, np.int64)
    asked = np.zeros(count, np.int64)
    holds = np.zeros(count, np.int64)
    waiting = np.empty(count, np.int64)
    top = 0
    for at in range(len(order) - 1, -1, -1):
        waiting[top] = order[at]
        top += 1
    while top > 0:
        top -= 1
        row = waiting[top]
        while holds[row] < quota and asked[row] < k:
            place = asked[row]
            asked[row] += 1
            slot = slots[row, place]
            if slot < 0:
                asked[row] = k
                break
            start = starts[slot]
            room = starts[slot + 1] - start
            key = priority[row, place]
            if size[slot] < room:
                heap[start + size[slot], 0] = key
                heap[start + size[slot], 1] = row * k + place
                size[slot] += 1
                _rise(heap, start, size[slot])
            elif room > 0 and key > heap[start, 0]:
                out = heap[start, 1] // k
                held[out, heap[start, 1] % k] = 0
                # A seeker with work left to do is on the stack once: it had none before this.
                if holds[out] == quota and out != row:
                    waiting[top] = out
                    top += 1
                holds[out] -= 1
                heap[start, 0] = key
                heap[start, 1] = row * k + place
                _sink(heap, start, room)
            else:
                continue
            held[row, place] = 1
            holds[row] += 1


@inlined
def _packed(slots: Ints, scores: Ints) -> Int64s:
    """Score and offer in one word, -1 where a list ends: one look far away instead of two."""
    count, k = slots.shape
    lists = np.empty((count, k), np.int64)
    for row in range(count):
        for at in range(k):
            slot = wide(slots[row, at])
            lists[row, at] = (wide(scores[row, at]) << SCORE_SHIFT) | slot if slot >= 0 else -1
    return lists


@inlined
def _best_two(
    row: int, lists: Int64s, bonus: int, precision: int, prices: Int64s
) -> tuple[int, int, int, int]:
    """What a seeker gains most and second most at these prices, and where on the list: -1 where
    nothing is worth its price."""
    best, second, place, slot = wide(0), wide(0), -1, wide(0)
    for at in range(lists.shape[1]):
        entry = lists[row, at]
        value = ((entry >> SCORE_SHIFT) + bonus) * precision
        if entry < 0 or value <= second:
            break  # prices are not below zero and values fall: nothing better follows
        gain = value - prices[unsigned(entry & SLOT_BITS)]
        if gain > second:
            if gain > best:
                second = best
                best = gain
                place = at
                slot = entry & SLOT_BITS
            else:
                second = gain
    return best, second, place, slot


@compiled
def bid(
    order: Ints, slots: Ints, scores: Ints, bonus: int, precision: int, starts: Int64s,
    chosen: Ints, prices: Int64s,
) -> int:  # fmt: skip
    """An auction: seekers bid for places until nobody wants to change. Returns the bids made.

    A place is worth ``(score + bonus) * precision``; the smallest step is 1. Scores of a row fall
    from left to right. ``chosen`` becomes each seeker's place on the list or -1, ``prices`` what
    the cheapest place of a full offer went for, 0 while one is free; an offer without places is to
    come with ``NO_PLACE``. The sum of values is within one step per placed seeker of the best.
    """
    count = len(slots)
    lists = _packed(slots, scores)
    heap = np.empty((starts[-1], 2), np.int64)
    size = np.zeros(len(starts) - 1, np.int32)
    waiting = np.empty(count, np.int32)
    top = 0
    for at in range(len(order) - 1, -1, -1):
        waiting[top] = order[at]
        top += 1
    bids = 0
    while top > 0:
        top -= 1
        row = waiting[top]
        best, second, place, slot = _best_two(row, lists, bonus, precision, prices)
        chosen[row] = place
        if place < 0:
            continue  # prices only rise: nothing will be worth it later
        bids += 1
        start = starts[slot]
        room = starts[slot + 1] - start
        offer = prices[slot] + best - second + 1
        if size[slot] < room:
            heap[start + size[slot], 0] = offer
            heap[start + size[slot], 1] = row
            size[slot] += 1
            _rise(heap, start, size[slot])
        else:
            out = heap[start, 1]
            waiting[top] = out
            top += 1
            chosen[out] = -1
            heap[start, 0] = offer
            heap[start, 1] = row
            _sink(heap, start, room)
        if size[slot] == room:
            prices[slot] = heap[start, 0]
    return bids


@compiled
def worth_at_most(slots: Ints, scores: Ints, bonus: int, precision: int, prices: Int64s) -> int:
    """What all seekers together gain at most at these prices."""
    count, k = slots.shape
    total = wide(0)
    for row in range(count):
        best = wide(0)
        for at in range(k):
            if slots[row, at] < 0:
                break
            value = (wide(scores[row, at]) + bonus) * precision
            if value <= best:
                break
            best = max(best, value - prices[unsigned(slots[row, at])])
        total += best
    return total


@inlined
def _look(
    row: int, turn: int, slots: Ints, starts: Int64s, size: Int64s, seen: Int64s,
    by_row: Int64s, by_place: Int64s, queue: Int64s, tail: int,
) -> tuple[int, int]:  # fmt: skip
    """Note the offers on one seeker's list. Returns one with a place left (or -1) and the tail."""
    for at in range(slots.shape[1]):
        slot = slots[row, at]
        if slot < 0:
            break
        if seen[slot] == turn or seen[slot] == DEAD:
            continue
        seen[slot] = turn
        by_row[slot] = row
        by_place[slot] = at
        if size[slot] < starts[slot + 1] - starts[slot]:
            return slot, tail
        queue[tail] = slot
        tail += 1
    return -1, tail


@inlined
def _move_along(
    free: int, slots: Ints, starts: Int64s, size: Int64s, who: Int64s, chosen: Ints,
    by_row: Int64s, by_place: Int64s,
) -> None:  # fmt: skip
    """Everybody on the way moves to the next offer; the first gets a place."""
    slot = free
    while True:
        row = by_row[slot]
        left = chosen[row]
        chosen[row] = by_place[slot]
        who[starts[slot] + size[slot]] = row
        size[slot] += 1
        if left < 0:
            return
        slot = slots[row, left]
        at = starts[slot]
        while who[at] != row:
            at += 1
        size[slot] -= 1
        who[at] = who[starts[slot] + size[slot]]


@compiled
def place_more(order: Ints, slots: Ints, starts: Int64s, chosen: Ints) -> int:
    """Place whoever can still be placed by moving others along. Returns how many more.

    Looks for a way from a seeker without a place to an offer with one left, over seekers who could
    move on. What a search without success has seen leads nowhere later either, so it is not looked
    at again: afterwards no assignment over these lists places more.
    """
    offers = len(starts) - 1
    who = np.empty(starts[-1], np.int64)
    size = np.zeros(offers, np.int64)
    for row in range(len(chosen)):
        if chosen[row] >= 0:
            slot = slots[row, chosen[row]]
            who[starts[slot] + size[slot]] = row
            size[slot] += 1
    seen = np.full(offers, -1, np.int64)
    by_row = np.empty(offers, np.int64)
    by_place = np.empty(offers, np.int64)
    queue = np.empty(offers, np.int64)
    more = 0
    for turn in range(len(order)):
        if chosen[order[turn]] >= 0:
            continue
        free, tail = _look(order[turn], turn, slots, starts, size, seen, by_row, by_place, queue, 0)
        head = 0
        while free < 0 and head < tail:
            held = queue[head]
            head += 1
            for at in range(starts[held], starts[held] + size[held]):
                free, tail = _look(
                    who[at], turn, slots, starts, size, seen, by_row, by_place, queue, tail
                )
                if free >= 0:
                    break
        if free >= 0:
            _move_along(free, slots, starts, size, who, chosen, by_row, by_place)
            more += 1
        else:
            for at in range(tail):
                seen[queue[at]] = DEAD
    return more
