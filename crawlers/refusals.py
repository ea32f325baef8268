"""Why a request or a response goes no further; the message is a Chinese clause that ends up in set_aside.jsonl."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class Refused(IgnoreRequest):
    """Not requested, or received and unusable."""


class Stopped(Refused):
    """The crawl has stopped; what was still waiting was not crawled, which is not the same as not seen."""


class Hung(Refused):
    """A page that the browser could not bring to an end."""


class Walled(Refused):
    """A login wall or a challenge: counted as blocked, and reason to stop."""


_REASONS = (
    ("robots.txt: unreachable", "robots.txt 取不到，按不允许访问处理"),
    ("Forbidden by robots.txt", "robots.txt 不允许访问"),
    ("max redirections reached", "重定向次数过多"),
    ("Timeout", "超时，没有在限时内答复"),
    ("DNSLookup", "域名无法解析"),
    ("CannotResolve", "域名无法解析"),
    ("ConnectionRefused", "连接被拒绝"),
    ("DownloadFailed", "连接中断"),
    ("ResponseFailed", "连接中断"),
    ("ResponseNeverReceived", "服务器没有答复"),
    ("ConnectionLost", "连接中断"),
)


def clause(error: BaseException | None) -> str:
    """A failure as a Chinese clause."""
    if isinstance(error, Refused):
        return str(error)
    text = f"{type(error).__name__}: {error}"
    first = str(error).partition("\n")[0]
    for mark, reason in _REASONS:
        if mark in text:
            return reason if isinstance(error, IgnoreRequest) else f"{reason}（{first[:150]}）" if first else reason
    return f"请求失败（{text[:200]}）"
