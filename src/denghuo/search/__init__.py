"""What can be looked for: words, choices, distances over shelves of entries.

Owns the index and how a question is understood (one wrong character, sounds, initials, words
written together). Promises exact counts, the same answer in every process and on both databases,
and that an index which followed changes answers as one that was built anew. Knows no line of
service: a room puts up a shelf, says what its entries are, and tells when one changed. Never
holds the only copy of anything, so an index can be thrown away at any time.
"""
