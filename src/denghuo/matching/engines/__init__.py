"""The same matching as ``logic``, compiled: exact lists for everybody in seconds."""
