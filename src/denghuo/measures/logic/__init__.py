"""Pure parts of the measures room."""
