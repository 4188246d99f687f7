"""Dated texts of this room: what a month is taken to have, what wording the law forbids, what
looks like fraud. Each with its source; the version in force on a post's day is the one that counts.
"""
