"""The employment room as a Django app."""

from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "denghuo.employment"
    label = "employment"
    verbose_name = "就业"
