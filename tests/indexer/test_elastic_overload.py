"""A server that has no room for a moment is asked again after a moment; one that stays so is named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from indexer.conditions import AllOf
from indexer.elastic.engine import PAUSES, ElasticEngine
from indexer.elastic.server import Unavailable, connect

EVERYTHING = AllOf(())
FULL = {"error": {"type": "circuit_breaking_exception", "reason": "[parent] Data too large"}, "status": 429}
FOUND = {"hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}, "aggregations": {"groups": {"buckets": []}}}


@contextmanager
def server(refusals: int) -> Iterator[tuple[str, list[str]]]:
    """Refuses so many searches, then answers; its address, and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            refused = len(asked) <= refusals
            body = json.dumps(FULL if refused else FOUND).encode()
            self.send_response(429 if refused else 200)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_address[1]}", asked
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.mark.parametrize("refusals", [0, 1, len(PAUSES)])
def test_a_moment_without_room_is_waited_out(refusals: int) -> None:
    waited: list[float] = []
    with server(refusals) as (url, asked), connect(url, timeout=5) as client:
        engine = ElasticEngine(client, "listings", timeout=1, wait=waited.append)
        assert engine.groups(EVERYTHING, [1], "rank") == {}
        assert waited == list(PAUSES[:refusals])
        assert len(asked) == refusals + 1


def test_a_server_that_stays_full_is_named() -> None:
    waited: list[float] = []
    with server(99) as (url, asked), connect(url, timeout=5) as client:
        engine = ElasticEngine(client, "listings", timeout=1, wait=waited.append)
        with pytest.raises(Unavailable, match="过载"):
            engine.groups(EVERYTHING, [1], "rank")
        assert waited == list(PAUSES)
        assert len(asked) == len(PAUSES) + 1
