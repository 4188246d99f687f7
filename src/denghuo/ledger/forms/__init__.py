"""Forms of the ledger's desk."""
