"""Divisions with their history, boundaries, and facilities with hours and services.

Promises that an old code still finds its successor, that a point says its datum and accuracy,
and that a distance by crow-fly says it is estimated.
"""
