"""The ledgers that the benchmark measures, each in a process of its own."""
