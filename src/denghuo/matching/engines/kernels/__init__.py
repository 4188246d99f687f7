"""The kernels: best offers for a seeker, best seekers for an offer, arrivals into live lists.

Importing one of these imports the compiler.
"""
