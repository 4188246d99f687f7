"""Writes of the policy room: verbs, keyword-only, one transaction each, audit row inside."""
