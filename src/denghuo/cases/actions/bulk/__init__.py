"""A season's cases: thousands in one transaction, by the same rules as one.

Chunks of up to 2,000 rows, each with its numbers, steps, snapshots, decisions and one audit row;
each can be asked for again and changes nothing the second time.
"""
