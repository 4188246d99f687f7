"""Commands of the places room."""
