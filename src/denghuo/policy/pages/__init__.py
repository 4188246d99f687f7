"""Pages of the policy room: the public library, and the officers' desk."""
