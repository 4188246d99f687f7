"""The ledger room as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "denghuo.ledger"
    label = "ledger"
    verbose_name = "账本"
