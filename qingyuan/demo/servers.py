"""The sites of an economy on loopback, each a threaded HTTP/1.1 server in this process.

Look at a market by itself: ``python -m qingyuan.demo.servers [--seed N] [--scale X]``.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from domain.errors import BusyError
from qingyuan.demo import economy as economies
from qingyuan.demo.economy import Economy
from qingyuan.demo.nights import troubled
from qingyuan.demo.sites import baiji, huoyuan, kuaixuan
from qingyuan.demo.sites.markup import NOT_FOUND, Answer

_SITES = {"baiji": baiji.answer, "kuaixuan": kuaixuan.answer, "huoyuan": huoyuan.answer}
_TARGET_LIMIT = 4000


class Bases(dict[str, str]):
    """Base URL of each site by name. ``requests`` holds every (site, path and query, user agent) as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, str, str]] = []


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, economy: Economy, site: str, host: str, port: int, bases: Bases, trouble: str) -> None:
        super().__init__((host, port), _Handler)
        self.economy = economy
        self.site = site
        self.bases = bases
        self.trouble = trouble
        self.kept: dict[str, Answer] = {}

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no event for a shop; anything else is, and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def answer(self, target: str) -> Answer:
        if target not in self.kept:
            path = target.partition("?")[0]
            name = path.removeprefix("/img/")
            if path.startswith("/img/") and name in self.economy.photographs:
                return Answer(self.economy.picture(name), "image/jpeg", headers=(("Cache-Control", "max-age=3600"),))
            made = _SITES[self.site](self.economy, target, self.bases[self.site])
            if made is NOT_FOUND or len(self.kept) > 5000:
                return made
            self.kept[target] = made
        return self.kept[target]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "shop"
    sys_version = ""
    server: _Server
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._send(body=True)

    def do_HEAD(self) -> None:
        self._send(body=False)

    def _send(self, *, body: bool) -> None:
        shop = self.server
        shop.bases.requests.append((shop.site, self.path[:_TARGET_LIMIT], self.headers.get("User-Agent", "")))
        made = shop.answer(self.path) if len(self.path) <= _TARGET_LIMIT else NOT_FOUND
        if shop.trouble:
            made = troubled(made, shop.trouble, self.path)
        self.send_response(made.status)
        self.send_header("Content-Type", made.media_type)
        self.send_header("Content-Length", str(len(made.body)))
        for name, value in made.headers:
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(made.body[: len(made.body) - made.cut])
        if made.cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Shops do not write to the console."""


@contextmanager
def serving(
    economy: Economy,
    host: str = "127.0.0.1",
    ports: Mapping[str, int] | None = None,
    troubles: Mapping[str, str] | None = None,
) -> Iterator[Bases]:
    """The sites of that economy, up until the block ends. Ports are free ones unless ``ports`` names them by site.

    ``troubles`` are those of :mod:`qingyuan.demo.nights`, by site. Raises BusyError when a port is taken.
    """
    bases = Bases()
    with ExitStack() as stack:
        for site in economy.sites:
            port = (ports or {}).get(site, 0)
            try:
                server = stack.enter_context(_Server(economy, site, host, port, bases, (troubles or {}).get(site, "")))
            except OSError as error:
                raise BusyError(f"演示站点 {site} 无法监听 {host}:{port}：{error.strerror}，请换一个端口") from None
            bases[site] = f"http://{host}:{server.server_address[1]}"
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.05}, name=f"shop-{site}", daemon=True
            )
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        yield bases


def main() -> None:
    """Serves a market until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m qingyuan.demo.servers", description="在本机打开演示市场")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    with serving(economies.generate(arguments.seed, arguments.scale)) as bases:
        for site, base in bases.items():
            sys.stdout.write(f"{economies.SITES[site]} {base}/\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
