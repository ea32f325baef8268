"""Talking to the server: one client, and every failure as one Chinese sentence that says whether waiting helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.serializer import JsonSerializer

from domain.errors import BackendError, SettingsError


class Unavailable(BackendError):
    """The server is away, overloaded, red, read-only or refuses us: what is to be written can wait for it."""


#: The HTTP status of a server that has no room at this moment, most often while much is written.
OVERLOADED = 429
#: HTTP statuses after which the same request may succeed later.
WAITING = frozenset((401, 403, 408, 413, OVERLOADED, 500, 502, 503, 504))


class _Json(JsonSerializer):
    """JSON as the client has it, read in a quarter of the time: an answer is mostly the facts of its rows."""

    def json_loads(self, data: bytes) -> Any:
        try:
            return msgspec.json.decode(data)
        except msgspec.DecodeError:  # e.g. half a surrogate pair, which the client's own reader lets pass
            return super().json_loads(data)


def connect(url: str, *, timeout: float) -> Elasticsearch:
    """A client of the server, or of several nodes of one cluster, separated by commas; nothing is asked yet."""
    try:
        return Elasticsearch(
            [each.strip() for each in url.split(",") if each.strip()],
            request_timeout=timeout,
            retry_on_timeout=False,
            max_retries=2 if "," in url else 0,
            http_compress=False,
            serializer=_Json(),
        )
    except ValueError as error:
        raise SettingsError(f"Elasticsearch 的地址无法使用：{error}；应形如 http://127.0.0.1:9200") from None


@contextmanager
def speaking() -> Iterator[None]:
    """Turns the client's errors into :class:`Unavailable` or BackendError."""
    try:
        yield
    except ConnectionTimeout:
        raise Unavailable("Elasticsearch 没有按时回答，可能过载或卡住，请稍后再试") from None
    except TransportError as error:
        raise Unavailable(f"连不上 Elasticsearch，请检查它是否在运行、地址是否正确：{error.message[:200]}") from None
    except ApiError as error:
        raise refusal(error.status_code, _reason(error)) from None


def refusal(status: int, reason: str) -> BackendError:
    """What an HTTP status and its reason mean for us."""
    if "cluster_block_exception" in reason:
        return Unavailable(f"Elasticsearch 只读（多半是磁盘将满），清出空间后会自动补写：{reason[:200]}")
    if status in (401, 403):
        return Unavailable(f"Elasticsearch 拒绝了我们的身份（HTTP {status}），请检查地址里的用户名和密码")
    if status == OVERLOADED:
        return Unavailable("Elasticsearch 过载（HTTP 429），请稍后再试")
    if status in WAITING:
        return Unavailable(f"Elasticsearch 暂时不能服务（HTTP {status}，索引可能是红色）：{reason[:200]}")
    return BackendError(f"Elasticsearch 拒绝了请求（HTTP {status}）：{reason[:300]}")


def _reason(error: ApiError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        root = body["error"]
        causes = root.get("root_cause") or [root]
        return "；".join(f"{cause.get('type', '')}: {cause.get('reason', '')}" for cause in (root, *causes[:1]))
    return str(error.message)
