"""Pages of the places room: near me, divisions, and the keepers' desk."""
