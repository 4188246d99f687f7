"""The ledger room's part of the API: files to banks and their answers; the books, for reading.

Making and releasing a file are two people's work at the desk. What a program does is the way
between the house and the bank, and the copying of figures.
"""

from denghuo.ledger.api.bank_ways import bank
from denghuo.ledger.api.reading import ledger

__all__ = ["bank", "ledger"]
