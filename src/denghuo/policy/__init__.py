"""Policies: one dated text per policy, answered for one person or swept over a region.

Owns the policy language, the library of definitions, the fact registry and the facts held
about subjects. Promises that the one-person answer and every sweep agree, that a decided
answer never flips when a missing fact arrives, and that money is exact. Never decides a
case, never pays, never guesses a missing fact.
"""
