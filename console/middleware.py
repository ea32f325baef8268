"""Two rules for every answer: nothing that an officer saw stays in a cache, and an error is a Chinese sentence."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from console.views import errors
from domain.errors import QingyuanError

Answer = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: Answer) -> Answer:
    """``Cache-Control: no-store`` unless the view chose otherwise; no camera, microphone or place for any page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class Sentences:
    """An error of our tree becomes a page with its sentence. A class because Django asks for ``process_exception``."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.sentence(request, exception) if isinstance(exception, QingyuanError) else None
