"""The addresses. A listing's key may hold any character, so it travels as a parameter, not in the path."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from console.views import account, audits, errors, files, listing, photo, search, watches


class Digest:
    """``sha256:`` and 64 hex digits, and nothing else."""

    regex = "sha256:[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Digest, "digest")

urlpatterns = [
    path("", search.home, name="home"),
    path("search", search.search_page, name="search"),
    path("listing", listing.page, name="listing"),
    path("listing/trace", listing.trace, name="trace"),
    path("judge", listing.judge, name="judge"),
    path("judge/carry", listing.carry, name="carry"),
    path("photo", photo.page, name="photo"),
    path("watches", watches.page, name="watches"),
    path("watches/add", watches.add, name="watch-add"),
    path("watches/seen", watches.seen, name="watches-seen"),
    path("watches/<int:pk>", watches.change, name="watch"),
    path("pack", files.pack, name="pack"),
    path("pictures/<digest:digest>", files.shot, name="picture"),
    path("marks", files.mark, name="mark"),
    path("captures/<digest:digest>", files.capture, name="capture"),
    path("captures/<digest:digest>/raw", files.raw, name="raw"),
    path("audit", audits.log, name="audit"),
    path("accounts", account.every, name="accounts"),
    path("accounts/<int:pk>", account.one, name="account"),
    path("password", account.Password.as_view(), name="password"),
    path("login", account.Login.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
]

handler400 = errors.bad_request
handler403 = errors.denied
handler404 = errors.missing
handler500 = errors.broken
