"""Tables of the benefits room."""

from denghuo.benefits.models.imports import FactImport, FactMapping, ImportedFact

__all__ = ["FactImport", "FactMapping", "ImportedFact"]
