"""What the season's measure is made of."""
