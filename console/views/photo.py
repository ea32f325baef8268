"""Search by picture: an uploaded photo in; the marks that it shows and the listings that carry it out."""

from __future__ import annotations

import hashlib
from threading import BoundedSemaphore
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from console import audit, photos
from console.data import workspace
from console.logins import address
from console.serve import MAX_PHOTO
from console.views.access import needs, officer
from domain.errors import BusyError, PictureError, UsageError

#: Pictures that are decoded at once: one may need 200 MB.
_AT_ONCE = BoundedSemaphore(2)
_SECONDS = 20


@require_http_methods(["GET", "POST"])
@needs("read")
def page(request: HttpRequest) -> HttpResponseBase:
    """The form; for a photo that was sent, what was found. The photo itself is looked at and not kept."""
    context: dict[str, Any] = {"limit": MAX_PHOTO, "megabytes": MAX_PHOTO // (1024 * 1024)}
    if request.method != "POST":
        return render(request, "console/photo.html", context)
    try:
        data = _sent(request)
        if not _AT_ONCE.acquire(timeout=_SECONDS):
            raise BusyError("正在查找的图片太多：请稍后再试")
        try:
            found = photos.find(workspace(), data)
        finally:
            _AT_ONCE.release()
    except (UsageError, PictureError, BusyError) as error:
        status = 503 if isinstance(error, BusyError) else 400
        return render(request, "console/photo.html", {**context, "problem": str(error)}, status=status)
    me = officer(request).get_username()
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    audit.append(
        "photo",
        actor=me,
        object=digest,
        detail={"同一照片": str(found.total), "标识": "、".join(mark.sign for mark in found.marks)},
        address=address(request),
    )
    return render(request, "console/photo.html", {**context, "found": found, "digest": digest})


def _sent(request: HttpRequest) -> bytes:
    photo = request.FILES.get("photo")
    if not isinstance(photo, UploadedFile):
        raise UsageError("请选择一张图片")
    if not photo.size or photo.size > MAX_PHOTO:
        raise UsageError(f"图片应有内容且不超过 {MAX_PHOTO // (1024 * 1024)} MB，这张有 {photo.size or 0} 字节")
    data: bytes = photo.read()
    return data
