"""The employment room's part of the API: posts looked for by anybody."""

from denghuo.employment.api.looking import posts

__all__ = ["posts"]
