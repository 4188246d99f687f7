"""The search room as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "denghuo.search"
    label = "search"
    verbose_name = "查找"
