"""Pages of the employment room."""
