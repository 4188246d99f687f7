"""Other engines on the benchmark's rules, one process each so that memory is measured apart."""
