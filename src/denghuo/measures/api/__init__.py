"""The measures room's part of the API: figures, and the very rows they are counted from."""

from denghuo.measures.api.figures import measures

__all__ = ["measures"]
