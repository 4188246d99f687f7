"""The embedded database: Django's SQLite backend, durable, with one fair queue of writers."""
