"""The next page of a search, from the address of the one that was read and what it says of its pages."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from crawlers.offer import Link

#: Pages of one search that are followed; what lies behind them is said, not silently left out.
MAX_PAGES = 20


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(pair.partition("=")[0], pair) for pair in query.split("&") if pair]


def onward(
    url: str, *, term: str, counter: str, first: int = 1, step: int = 1, total: int | None = None
) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """(the link to the next page, a note where no further one is followed) of a search at ``url``.

    ``term`` names the query parameter without which the address is no search; ``counter`` the one that counts pages,
    from ``first`` (which the first page leaves out) by ``step``. ``total`` is the number of pages that the page states.

    >>> onward("https://s.example/search?q=%B2%E8", term="q", counter="s", first=0, step=44, total=3)[0][0].url
    'https://s.example/search?q=%B2%E8&s=44'
    >>> onward("https://s.example/search?q=a&s=88", term="q", counter="s", first=0, step=44, total=3)
    ((), ())
    """
    parts = urlsplit(url)
    pairs = _pairs(parts.query)
    if term not in (name for name, _ in pairs):
        return (), ()
    given = next((pair.partition("=")[2] for name, pair in pairs if name == counter), "")
    current = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else first
    number = (current - first) // step + 1
    if total is not None and number >= total:
        return (), ()
    if number >= MAX_PAGES:
        stated = f"，页面写明共 {total} 页" if total is not None else ""
        return (), (f"搜索结果只读前 {MAX_PAGES} 页{stated}，其余未访问",)
    kept = [pair for name, pair in pairs if name != counter]
    query = "&".join([*kept, f"{counter}={current + step}"])
    return (Link(url=urlunsplit(parts._replace(query=query, fragment=""))),), ()
