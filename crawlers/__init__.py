"""Get: one generic spider driven by :class:`~crawlers.platform.Platform` values, polite and safe.

A page goes one way: downloader → :mod:`crawlers.capture` (raw bytes into the vault) → :mod:`crawlers.decoding` →
``Platform.parse(page)`` (pure) → :mod:`crawlers.outcome` (listings, what was set aside, counts).
"""
