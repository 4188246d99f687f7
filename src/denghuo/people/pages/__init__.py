"""Pages of the people room: parse, one call, answer."""
