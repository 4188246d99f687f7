"""The words all rooms share: money, periods, division codes, identity numbers, refusals.

Also sentences in the languages of the region. Owns no data and knows no framework: nothing here
imports Django, reads a clock, or does I/O.
"""
