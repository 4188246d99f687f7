"""The policy room as a Django app."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "denghuo.policy"
    label = "policy"
    verbose_name = "政策"
