"""The API room as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "denghuo.api"
    label = "api"
    verbose_name = "接口"
