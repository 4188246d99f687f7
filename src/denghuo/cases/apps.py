"""The cases room as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "denghuo.cases"
    label = "cases"
    verbose_name = "办件"
