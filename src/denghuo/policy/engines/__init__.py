"""Sweeps: the same rules over a million subjects, by our kernels, DuckDB or a Spark cluster.

``sweep`` is the way in. Rooms outside use it through ``denghuo.policy.public``.
"""
