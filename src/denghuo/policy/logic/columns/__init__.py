"""A rule version as one fused kernel over columns: the fastest way to ask a million subjects.

``program`` what is evaluated · ``layout`` how facts lie in memory · ``constants`` what is the same
for every row · ``loops`` and ``printer`` the kernel's text · ``arguments`` what it is called with.
Compiling and keeping compiled kernels needs files and lives in ``policy.engines``.
"""
