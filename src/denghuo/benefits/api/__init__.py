"""The benefits room's part of the API: files of facts, from the bytes to what became of them.

Seasons have none: a list that pays thousands is made, checked and signed by people at the desk.
"""

from denghuo.benefits.api.fact_files import facts

__all__ = ["facts"]
