"""Pages of the demo region that need every room's door."""
