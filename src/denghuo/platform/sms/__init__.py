"""Short messages: the port to a carrier, a client for it, and a carrier that stands in."""
