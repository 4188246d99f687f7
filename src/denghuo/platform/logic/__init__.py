"""Pure parts of the platform: hash chain, working-day arithmetic, back-off, file signatures."""
