"""One meaning of "the same text" for search and comparison."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """NFKC, then lower case: the form in which texts are compared and searched.

    >>> fold("ＮＩＫＥ　鞋")
    'nike 鞋'
    """
    return unicodedata.normalize("NFKC", text).lower()
