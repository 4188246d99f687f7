"""The WSGI entry that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denghuo.project.settings")
application = get_wsgi_application()

# After Django is set up: also a server started by hand must not serve real data as a demo.
from denghuo.platform.public import refuse_to_serve_if_unsafe  # noqa: E402

refuse_to_serve_if_unsafe()

# What start-up made stays for good; no full collection need walk over it again.
gc.collect()
gc.freeze()
