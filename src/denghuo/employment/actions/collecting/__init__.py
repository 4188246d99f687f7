"""Rows of a source become adverts, adverts become posts, posts get their questions."""

from denghuo.employment.actions.collecting.taking import Taken, take_rows
from denghuo.employment.actions.collecting.withdrawing import withdraw_adverts

__all__ = ["Taken", "take_rows", "withdraw_adverts"]
