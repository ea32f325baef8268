"""The one tree of errors.

A user sees the message of one of these and never a traceback, so each message is a Chinese sentence that says
what is wrong, where, and what to do. ``exit_code`` is what the command line ends with.

::

    QingyuanError
    ├── UsageError                 the call itself is wrong                          exit 2
    ├── SettingsError              a setting cannot be used                          exit 2
    ├── InputError                 data from outside cannot be read
    │   ├── DecodeError            one record: names line and field
    │   ├── FileFormatError        a whole file: wrong columns, encoding, format
    │   └── PictureError           a picture that is broken, too large or not one
    ├── NotFoundError              nothing is stored under that name
    ├── CrawlError                 a site could not be read
    │   └── BlockedError           login wall, challenge page, robots
    ├── VaultError                 bytes are missing from or damaged in the vault
    ├── ModelError                 a stored model cannot be used
    ├── SearchError
    │   ├── QueryError             the query is wrong: names the place              exit 2
    │   └── BackendError           the index is away or refuses
    ├── TraceError                 a link without its proof, a walk that cannot start
    ├── PackError                  a pack cannot be made or read
    ├── BusyError                  another process holds the lock
    └── MissingPartError           a program or library this machine lacks: names how to get it
"""

from __future__ import annotations


class QingyuanError(Exception):
    """Root of the tree. ``str(error)`` is the sentence a user sees."""

    exit_code = 3


class UsageError(QingyuanError):
    """The call itself is wrong."""

    exit_code = 2


class SettingsError(QingyuanError):
    """A setting cannot be used."""

    exit_code = 2


class InputError(QingyuanError):
    """Data from outside cannot be read."""


class DecodeError(InputError):
    """One record cannot be read. ``line`` (from 1; None when unknown) and ``field`` ("" for the whole) say where."""

    def __init__(self, problem: str, *, field: str = "", line: int | None = None, source: str = "") -> None:
        self.problem = problem
        self.field = field
        self.line = line
        self.source = source
        where = "".join(
            (f"{source} " if source else "", f"第 {line} 行 " if line else "", f"字段 {field} " if field else "")
        ).strip()
        super().__init__(f"{where}：{problem}" if where else problem)

    def at(self, *, line: int | None = None, source: str = "") -> DecodeError:
        """The same error with its place filled in."""
        return DecodeError(self.problem, field=self.field, line=line or self.line, source=source or self.source)


class FileFormatError(InputError):
    """A whole file cannot be read: wrong columns, encoding or format."""


class PictureError(InputError):
    """A picture is broken, too large, or not a picture."""


class NotFoundError(QingyuanError):
    """Nothing is stored under that name."""


class CrawlError(QingyuanError):
    """A site could not be read."""


class BlockedError(CrawlError):
    """A login wall, a challenge page or robots.txt stopped the crawl."""


class VaultError(QingyuanError):
    """Bytes are missing from the vault, or are not the bytes they were."""


class ModelError(QingyuanError):
    """A stored model cannot be used."""


class SearchError(QingyuanError):
    """A search could not be answered."""


class QueryError(SearchError):
    """The query is wrong; ``position`` is the 0-based character where."""

    exit_code = 2

    def __init__(self, message: str, *, position: int | None = None) -> None:
        self.position = position
        super().__init__(message)


class BackendError(SearchError):
    """The index is away, or refuses."""


class TraceError(QingyuanError):
    """A link without its proof, or a walk that cannot start."""


class PackError(QingyuanError):
    """A pack cannot be made or read."""


class BusyError(QingyuanError):
    """Another process holds the lock."""


class MissingPartError(QingyuanError):
    """A program or library that this machine lacks; the message says how to get it."""
