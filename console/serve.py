"""Serve the console with waitress. Prints nothing: the caller says where it listens."""

from __future__ import annotations

from typing import Any

from console.start import ready
from qingyuan.settings import Settings

#: Bytes of a photo that may be sent to be searched for, and of any request.
MAX_PHOTO = 16 * 1024 * 1024
_BODY = MAX_PHOTO + 1024 * 1024


def serve(settings: Settings, port: int, *, host: str = "127.0.0.1", threads: int = 8) -> None:
    """Serve until interrupted. With ``https`` set, a proxy on this machine ends TLS and its headers are believed."""
    create(settings, port, host=host, threads=threads).run()


def create(settings: Settings, port: int, *, host: str = "127.0.0.1", threads: int = 8) -> Any:
    """A bound waitress server that is not running yet: ``effective_port``, ``run()`` and ``close()``.

    Port 0 takes a free one. OSError when the port is taken.
    """
    ready(settings)
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    proxy: dict[str, Any] = {}
    if settings.https:
        proxy = {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for", "x-forwarded-host"},
        }
    return create_server(
        get_wsgi_application(),
        host=host,
        port=port,
        threads=threads,
        ident="",
        max_request_body_size=_BODY,
        clear_untrusted_proxy_headers=True,
        **proxy,
    )
