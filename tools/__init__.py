"""Tools for people who work on Denghuo; none of them is part of the product."""
