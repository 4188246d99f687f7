"""The JSON API, assembled from the rooms: one error format, one version, one rate limit."""
