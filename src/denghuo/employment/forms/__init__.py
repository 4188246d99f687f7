"""Forms of the employment room. They draw fields and lead errors there; ``logic`` reads."""
