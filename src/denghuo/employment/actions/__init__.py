"""Writes of the employment room: verbs, each one transaction."""
