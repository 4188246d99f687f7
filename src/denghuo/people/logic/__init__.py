"""Pure rules of the people room: mandates, sign-in codes, names and phones."""
