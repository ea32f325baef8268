"""``scrapy crawl NAME -o out.jsonl`` writes listings exactly as the product's own files hold them."""

from __future__ import annotations

from typing import Any

from scrapy.exporters import BaseItemExporter

from domain.codec import encode


class RecordLines(BaseItemExporter):
    """One record a line, in the public shape."""

    def __init__(self, file: Any, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._file = file

    def export_item(self, item: Any) -> None:
        self._file.write(encode(item) + b"\n")
