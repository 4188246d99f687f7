"""Tables of the policy room, one file per topic; imported here so that Django finds them."""

from denghuo.policy.models.facts import FactDispute, FactRecord
from denghuo.policy.models.sweeps import ConditionRate, SweepRun
from denghuo.policy.models.texts import PolicyText

__all__ = ["ConditionRate", "FactDispute", "FactRecord", "PolicyText", "SweepRun"]
