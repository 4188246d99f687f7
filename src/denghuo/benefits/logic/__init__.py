"""Pure parts of the benefits room."""
