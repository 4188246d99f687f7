"""The benefits room as a Django app."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "denghuo.benefits"
    label = "benefits"
    verbose_name = "惠民惠企"
