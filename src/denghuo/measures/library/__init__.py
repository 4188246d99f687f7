"""The measures as texts: the plan's eighteen, the platform's own, the series others publish.

A target carries its source and whether it was read in a published paper (``published``) or is
the figure of the region's report taken as the mark to reach until the owner says (``assumed``).
"""
