"""Two lists matched, ranked, explained and assigned: offers and those who look for one.

Owns the columns both lists are held in, the limits and the score as dated texts, the kernels that
give exact lists in both directions, live lists, and the assignment of many at once. Promises that
a score is whole numbers that sum to it, the same on every machine; that a list is exact, never a
sample; that equal scores are ordered by id or by a published seed. Never holds who somebody is
(no sex, ethnicity, religion, marriage, origin, disability or age), and knows no line of service:
posts, teams, mentors and projects are all offers to it.
"""
