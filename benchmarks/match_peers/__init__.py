"""The world that ``benchmarks/match.py`` measures in, and who is measured beside us."""
