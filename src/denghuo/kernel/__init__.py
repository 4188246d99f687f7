"""The words all rooms share: money in fen, periods, region codes, identity numbers, refusals.

Owns no data and knows no framework: nothing here imports Django, reads a clock, or does I/O.
"""
