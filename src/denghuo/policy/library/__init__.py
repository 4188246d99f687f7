"""The measures of the region as texts: one YAML file per policy, and the facts they read.

Every figure carries its source and says whether it was read in an official text (``verified``) or
waits for the owner's word (``assumed``). docs/policy-library.md lists what waits for whom.
"""
