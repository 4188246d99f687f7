"""Denghuo 灯火: one public-service platform for a region.

A modular monolith, read as a house with floors (docs/house.md): a room imports only from
floors below, and only through the other room's door, ``denghuo.<room>.public``.
"""

__version__ = "0.1.0"
