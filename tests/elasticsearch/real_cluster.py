"""A real Elasticsearch on loopback for the tests: assembled once from Maven Central, one JVM a node.

The assembled home is kept in ``.cache/elasticsearch`` of the checkout and used again. ``QINGYUAN_ELASTICSEARCH``
names a server of your own instead, for everything but the faults.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "elasticsearch"
VERSION = "8.19.5"
HEAP = "512m"
#: A developer's full disk must not make the tests fail.
QUIET = ("cluster.routing.allocation.disk.threshold_enabled=false",)
ABSENT = (
    "NO ELASTICSEARCH: half of the search contract is not tested. Needed: a JDK 17 or newer and Maven "
    "(Debian: apt-get install openjdk-17-jdk-headless maven), and once the network, for 40 MB of jars"
)


class Absent(RuntimeError):
    """The server cannot be assembled or started here."""


def home() -> Path:
    """The assembled server; assembles it the first time. Raises Absent."""
    target = CACHE / f"home-{VERSION}"
    if (target / "ready").exists():
        return target
    for program in ("java", "javac", "mvn"):
        if shutil.which(program) is None:
            raise Absent(f"{ABSENT} ({program} is missing)")
    CACHE.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=CACHE, prefix="assembling-"))
    try:
        for name in ("config", "lib", "modules/transport-netty4"):
            (work / name).mkdir(parents=True)
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={work / 'lib'}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode:
            raise Absent(f"{ABSENT} (Maven failed: {done.stdout[-600:]} {done.stderr[-600:]})")
        module = work / "modules" / "transport-netty4"
        for pattern in ("netty-*.jar", "transport-netty4-*.jar", "elasticsearch-ssl-config-*.jar"):
            for jar in (work / "lib").glob(pattern):
                jar.rename(module / jar.name)
        descriptor = {
            "name": "transport-netty4",
            "description": "transport",
            "version": VERSION,
            "elasticsearch.version": VERSION,
            "java.version": "17",
            "classname": "org.elasticsearch.transport.netty4.Netty4Plugin",
        }
        lines = "".join(f"{name}={value}\n" for name, value in descriptor.items())
        (module / "plugin-descriptor.properties").write_text(lines)
        (work / "ready").touch()
        with contextlib.suppress(OSError):  # another run was faster
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


@cache
def classes() -> Path:
    """The starter, compiled once: compiling it costs more than starting what it starts. Raises Absent."""
    source = HERE / "StartNode.java"
    target = CACHE / f"starter-{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}"
    if not target.is_dir():
        jars = home() / "lib"  # makes the cache folder in a checkout that has none
        work = Path(tempfile.mkdtemp(dir=CACHE, prefix="compiling-"))
        command = ["javac", "-d", str(work), "-p", str(jars), "--add-modules", "ALL-MODULE-PATH", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise Absent(f"{ABSENT} (javac failed: {done.stderr[-600:]})")
        with contextlib.suppress(OSError):
            work.rename(target)
        shutil.rmtree(work, ignore_errors=True)
    return target


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Node:
    """One JVM. ``kill`` is a crash; ``pause`` and ``resume`` make it hang; ``start`` brings it back with its data."""

    name: str
    folder: Path
    http: int
    transport: int
    peers: str
    settings: tuple[str, ...]
    #: The quick compiler alone: a node that lives for a minute never earns back the good one.
    flags: tuple[str, ...] = ("-XX:TieredStopAtLevel=1",)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def start(self) -> None:
        command = ["java", f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", *self.flags]
        command += ["-p", str(home() / "lib"), "--add-modules", "ALL-MODULE-PATH", "-cp", str(classes()), "StartNode"]
        command += [str(home()), str(self.folder), self.name, str(self.http), str(self.transport), self.peers]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.settings], stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def pause(self) -> None:
        """Returns once every thread stands still: a signal is only asked for, and a quick answer still gets out."""
        self.signal(signal.SIGSTOP)
        if self.process is not None:
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()
            if self.process.stdin:
                self.process.stdin.close()
            self.process = None

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")[-1500:]


@dataclass
class Cluster:
    """The nodes of one cluster, each with its data under ``folder``."""

    folder: Path
    nodes: list[Node] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.nodes[0].url

    @property
    def urls(self) -> str:
        return ",".join(node.url for node in self.nodes)

    def wait(self, *, status: str = "yellow", nodes: int | None = None, seconds: float = 120) -> None:
        """Until some node reports this health. Raises Absent with the log of the first node."""
        wanted = len(self.nodes) if nodes is None else nodes
        query = f"_cluster/health?wait_for_status={status}&wait_for_nodes={wanted}&timeout=5s"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for node in self.nodes:
                if node.process is None:
                    continue
                if node.process.poll() is not None:
                    raise Absent(f"{ABSENT} (a node ended: {node.log()})")
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{node.url}/{query}", timeout=8) as answer:
                    if answer.status == 200:
                        return
            time.sleep(0.2)
        raise Absent(f"{ABSENT} (not ready after {seconds} s: {self.nodes[0].log()})")

    def stop(self) -> None:
        for node in self.nodes:
            node.resume()
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def start(count: int = 1, *settings: str, flags: tuple[str, ...] | None = None) -> Cluster:
    """A running cluster of that many nodes; ``flags`` are the JVM's. Raises Absent."""
    classes()
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="qingyuan-elasticsearch-")))
    ports = [(_free_port(), _free_port()) for _ in range(count)]
    peers = ",".join(f"node{index}:{transport}" for index, (_, transport) in enumerate(ports))
    for index, (http, transport) in enumerate(ports):
        node = Node(f"node{index}", cluster.folder, http, transport, peers, settings)
        if flags is not None:
            node.flags = flags
        cluster.nodes.append(node)
        node.start()
    atexit.register(cluster.stop)
    try:
        cluster.wait()
    except Absent:
        cluster.stop()
        raise
    return cluster


@cache
def shared() -> Cluster | Absent:
    """One node that all tests of this process share, those that break it too: they leave it running as it was."""
    try:
        return start(1, *QUIET)
    except Absent as error:
        return error


def url_or_skip() -> str:
    """The server that all tests of this process share; without one they skip aloud, and in CI they fail."""
    own = os.environ.get("QINGYUAN_ELASTICSEARCH")
    if own:
        return own
    server = shared()
    if isinstance(server, Cluster):
        return server.url
    return absent(server)


def absent(error: Absent) -> str:
    if os.environ.get("CI"):
        pytest.fail(str(error))
    pytest.skip(str(error))
