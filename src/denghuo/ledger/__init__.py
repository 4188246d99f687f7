"""Double entry in integer fen: accounts, entries, holds, payment orders and bank files.

Promises that every entry balances and that no entry is ever changed or deleted, both enforced
by the database itself; that a fund never goes below what it may; that a payment ordered once is
never sent twice. A mistake is reversed by a mirror entry. Never decides who is paid.
"""
