"""Routes of the ledger room."""

from __future__ import annotations

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from denghuo.ledger.pages import bank_files, books, entries, payments

_ORDER = "desk/payments/orders/<uuid:order_id>/"
_FILE = "desk/payments/files/<uuid:file_id>/"
_ENTRY = "desk/ledger/entries/<int:entry_id>/"
_REVERSAL = "desk/ledger/reversals/<uuid:request_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/ledger/", books.account_list, name="ledger_accounts"),
    path("desk/ledger/trial-balance/", books.trial, name="ledger_trial"),
    path("desk/ledger/trial-balance.csv", books.trial_export, name="ledger_trial_export"),
    path("desk/ledger/entries/", books.entry_list, name="ledger_entries"),
    path(_ENTRY, entries.entry_page, name="ledger_entry"),
    path(f"{_ENTRY}reverse/", entries.reversal_ask, name="ledger_reversal_ask"),
    path(f"{_REVERSAL}confirm/", entries.reversal_confirm, name="ledger_reversal_confirm"),
    path(f"{_REVERSAL}decline/", entries.reversal_decline, name="ledger_reversal_decline"),
    path(f"{_REVERSAL}withdraw/", entries.reversal_withdraw, name="ledger_reversal_withdraw"),
    path("desk/ledger/accounts/<str:code>/", books.account_page, name="ledger_account"),
    path(
        "desk/ledger/accounts/<str:code>/statement.csv",
        books.statement_export,
        name="ledger_statement_export",
    ),
    path("desk/payments/", payments.payment_list, name="payment_list"),
    path("desk/payments/export.csv", payments.payment_export, name="payment_export"),
    path(_ORDER, payments.payment_page, name="payment_page"),
    path(f"{_ORDER}cancel/", payments.payment_cancel, name="payment_cancel"),
    path(f"{_ORDER}reissue/", payments.payment_reissue, name="payment_reissue"),
    path(f"{_ORDER}give-up/", payments.payment_give_up, name="payment_give_up"),
    path("desk/payments/files/", bank_files.file_list, name="bank_file_list"),
    path("desk/payments/files/new/", bank_files.file_new, name="bank_file_new"),
    path(_FILE, bank_files.file_page, name="bank_file_page"),
    path(f"{_FILE}release/", bank_files.file_release, name="bank_file_release"),
    path(f"{_FILE}drop/", bank_files.file_drop, name="bank_file_drop"),
    path(f"{_FILE}finish/", bank_files.file_finish, name="bank_file_finish"),
    path(f"{_FILE}download/", bank_files.file_download, name="bank_file_download"),
    path("desk/payments/returns/new/", bank_files.return_new, name="return_file_new"),
    path(
        "desk/payments/returns/<uuid:return_id>/", bank_files.return_page, name="return_file_page"
    ),
]
