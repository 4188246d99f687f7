"""Texts of limits and weights, one file each; read by ``queries.py``."""
