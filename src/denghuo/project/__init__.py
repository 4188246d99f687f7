"""The top floor: settings, routes, the WSGI entry. Owns no data and no rules."""
