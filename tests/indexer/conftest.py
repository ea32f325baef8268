from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "contracts"), str(TESTS / "elasticsearch")]

import real_cluster  # noqa: E402


@pytest.fixture
def node() -> Iterator[real_cluster.Node]:
    """The one node, to pause, kill and start; it runs again afterwards."""
    cluster = real_cluster.shared()
    if isinstance(cluster, real_cluster.Absent):
        real_cluster.absent(cluster)
        return
    (only,) = cluster.nodes
    yield only
    only.resume()
    if only.process is None:
        only.start()
    cluster.wait()


@pytest.fixture(scope="module")
def three_nodes() -> Iterator[real_cluster.Cluster]:
    """A cluster of three nodes of its own."""
    try:
        cluster = real_cluster.start(3, *real_cluster.QUIET)
    except real_cluster.Absent as error:
        real_cluster.absent(error)
        return
    yield cluster
    cluster.stop()
