"""Django made ours: access, audit chain, jobs and outbox, messages, files, work calendar, keys.

Owns the rows that every room writes through it (audit, jobs, messages, files). Promises that
an audit row stands in the same transaction as the write it tells of, and that a job enqueued
in a transaction runs at least once after it commits and never if it does not. Knows no room.
"""
