"""Tables of the policy room, one file per topic; imported here so that Django finds them."""

from denghuo.policy.models.facts import FactDispute, FactRecord
from denghuo.policy.models.sweeps import SweepRun
from denghuo.policy.models.texts import PolicyText

__all__ = ["FactDispute", "FactRecord", "PolicyText", "SweepRun"]
