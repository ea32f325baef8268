"""Bytes out of the vault: pictures, captures as text, captures as they are, and packs. Never as active content."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from console import audit, picture, readable
from console.data import workspace
from console.logins import address
from console.views.access import needs, officer
from domain.errors import InputError, VaultError
from evidence import bag

#: What a response with foreign bytes may do when a browser opens it all the same: nothing.
_SANDBOX = "default-src 'none'; sandbox"
_MAX_RAW = 256 * 1024 * 1024


@require_GET
@needs("read")
def shot(request: HttpRequest, digest: str) -> HttpResponseBase:
    """A picture by its digest; 404 for whatever is not a raster picture by its own bytes."""
    try:
        data = workspace().vault.decoded(digest, picture.MAX_BYTES)
    except (VaultError, InputError):
        raise Http404 from None
    return _picture(data)


@require_GET
@needs("read")
def mark(request: HttpRequest) -> HttpResponseBase:
    """A logo or reference photo of the register: ``right`` and ``path`` must be one that the register names."""
    from qingyuan import rights

    opened = workspace()
    right = opened.rights().get(request.GET.get("right", ""))
    path = request.GET.get("path", "")
    if right is None or path not in (*getattr(right, "logos", ()), *right.photos):
        raise Http404
    data = rights.pictures(opened.home, [right]).get(path, b"")
    if picture.is_svg(data):
        response = HttpResponse(data, content_type="image/svg+xml")
        response["Content-Security-Policy"] = f"{_SANDBOX}; style-src 'unsafe-inline'"
        response["Cache-Control"] = "private, max-age=3600"
        return response
    return _picture(data)


def _picture(data: bytes) -> HttpResponse:
    kind = picture.media_type(data)
    if not kind or len(data) > picture.MAX_BYTES or picture.size(data) is None:
        raise Http404
    response = HttpResponse(data, content_type=kind)
    # named by their digest, so never different; private, so that no shared cache keeps what an officer saw
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = _SANDBOX
    return response


@require_GET
@needs("read")
def capture(request: HttpRequest, digest: str) -> HttpResponseBase:
    """What was captured under a digest: where and when, and its text."""
    vault = workspace().vault
    captures = vault.captures(digest)
    if not captures:
        raise Http404
    audit.append("capture", actor=officer(request).get_username(), object=digest, address=address(request))
    first = captures[0]
    text, cut, problem, drawn = "", False, "", False
    try:
        data = vault.decoded(digest)
    except (VaultError, InputError) as error:
        problem = str(error)
    else:
        drawn = bool(picture.media_type(data))
        if not drawn and readable.is_text(first.media_type, data):
            text, cut = readable.text_of(data, first.media_type)
    context = {
        "digest": digest,
        "first": first,
        "captures": captures[:50],
        "count": len(captures),
        "text": text,
        "cut": cut,
        "problem": problem,
        "drawn": drawn,
        "key": request.GET.get("key", ""),
    }
    return render(request, "console/capture.html", context)


@require_GET
@needs("raw")
def raw(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The bytes as they were received, as a file to save: opaque, so that no browser interprets them."""
    vault = workspace().vault
    try:
        first = vault.find(digest)
        if first.size > _MAX_RAW:
            raise InputError(f"内容有 {first.size} 字节，超过下载上限：请用 qingyuan 命令行从证据库取出")
        data = vault.read(digest)
    except VaultError:
        raise Http404 from None
    audit.append("raw", actor=officer(request).get_username(), object=digest, address=address(request))
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{digest.removeprefix("sha256:")[:16]}.bin"'
    response["Content-Security-Policy"] = _SANDBOX
    return response


@require_POST
@needs("pack")
def pack(request: HttpRequest) -> HttpResponseBase:
    """Make an evidence pack of one listing and send it as a stored zip."""
    me = officer(request)
    key = request.POST.get("key", "")
    opened = workspace()
    opened.catalog.entry(key)
    folder = opened.make_pack(
        key, out=opened.home / "packs", now=timezone.now(), officers=(me.first_name or me.get_username(),)
    )
    audit.append("pack", actor=me.get_username(), object=key, detail={"证据包": folder.name}, address=address(request))
    return FileResponse(
        zipped(folder), as_attachment=True, filename=f"{folder.name}.zip", content_type="application/zip"
    )


def zipped(folder: Path) -> IO[bytes]:
    """The pack as the one zip that ``verify`` accepts, rewound, gone when closed."""
    out = tempfile.TemporaryFile(prefix="qingyuan-pack-")  # noqa: SIM115 - the response closes it
    bag.zipped(folder, out)
    out.seek(0)
    return out
