"""Pure parts of the ledger room."""
