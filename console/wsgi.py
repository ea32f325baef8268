"""The WSGI application, for :mod:`console.serve` or any other WSGI server."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from console.start import ready
from qingyuan.settings import current

ready(current())
application = get_wsgi_application()
