"""Employment: every vacancy of the region in one list, read, checked and coded.

Owns what is read out of a post: wage, place, occupation, wording the law forbids, signs of fraud,
and which posts are one post. Promises that nothing read is hidden: each reading says which words it
rests on, what it assumed, and why it failed where it failed. Never decides against anybody by
itself: a doubtful reading goes to a person, and text alone never joins two employers.
"""
