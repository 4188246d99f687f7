"""Pure parts of the cases room."""
