"""Files that people and staff bring: checked by their bytes, scanned, kept once, read by right."""
