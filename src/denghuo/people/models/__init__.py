"""Tables of the people room, one file per topic; imported here so that Django finds them."""

from denghuo.people.models.api_key import ApiKey
from denghuo.people.models.demo import DemoPersona
from denghuo.people.models.family import FamilyLink, Household, HouseholdMember
from denghuo.people.models.firm import Firm, FirmRole
from denghuo.people.models.mandate import Mandate
from denghuo.people.models.person import Consent, CorrectionRequest, IdentityClaim, Person
from denghuo.people.models.phone_code import PhoneCode
from denghuo.people.models.staff import RecoveryCode, Staff

__all__ = [
    "ApiKey",
    "Consent",
    "CorrectionRequest",
    "DemoPersona",
    "FamilyLink",
    "Firm",
    "FirmRole",
    "Household",
    "HouseholdMember",
    "IdentityClaim",
    "Mandate",
    "Person",
    "PhoneCode",
    "RecoveryCode",
    "Staff",
]
