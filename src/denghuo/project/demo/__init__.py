"""The demo region: made-up people and firms, shaped like real ones, who can harm nobody.

Everything here is made from a seed and a day: the same two give the same values, and ids made
from names, so that tests and papers can speak of somebody (``demo_id("person", "founder")``).
It writes through the doors of the rooms only, and never into a database of real people.
"""
