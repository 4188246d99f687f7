"""Pure: geometry, datums, lineage of codes, opening hours, sort keys, rows of an import."""
