"""Reading other offices' files in bounded memory, and the tables made of them."""
