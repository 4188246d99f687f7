"""Outbox, background work and schedule: asked for in a transaction, done after it commits.

At least once: a worker that dies is noticed by its lease and its job runs again. A handler
that only writes to the database runs in one transaction with the mark that it is done, so
its effect happens exactly once; a handler that calls out carries its own id.
"""
