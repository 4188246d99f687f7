"""Reads of the policy room: frozen views, never rows."""
