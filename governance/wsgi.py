"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
application = get_wsgi_application()

# What is loaded by now, with all views, lives as long as the process. Told so, the garbage collector does not look at
# it again and again, which took a tenth of the time of a large batch.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
