"""The policy room's part of the API: the library, sweeps at once, sweeps as runs.

An explained answer for one subject needs what the people room knows as well, so it is the api
room's own.
"""

from denghuo.policy.api.library import policies
from denghuo.policy.api.sweep import sweeps

__all__ = ["policies", "sweeps"]
