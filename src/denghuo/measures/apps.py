"""The measures room as a Django app."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "denghuo.measures"
    label = "measures"
    verbose_name = "指标"
