"""Pages of the platform: refusals and errors, the inbox, stored files."""
