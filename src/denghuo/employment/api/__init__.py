"""The employment room's part of the API: posts looked for by anybody,
brought by the programs of their sources."""

from denghuo.employment.api.feeding import feeding
from denghuo.employment.api.looking import posts

__all__ = ["feeding", "posts"]
