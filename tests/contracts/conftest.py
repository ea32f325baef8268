from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "elasticsearch")]

import real_cluster  # noqa: E402

from indexer.backend import SearchBackend  # noqa: E402
from indexer.elastic.backend import ElasticBackend  # noqa: E402
from indexer.embedded.backend import EmbeddedBackend  # noqa: E402

Make = Callable[[], SearchBackend]

BOTH = [
    "embedded",
    pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]),
]


@pytest.fixture(scope="module", params=BOTH)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes empty backends of one engine, and takes them away at the end."""
    made: list[SearchBackend] = []

    def embedded() -> SearchBackend:
        made.append(EmbeddedBackend(tmp_path_factory.mktemp("index")))
        return made[-1]

    def elastic() -> SearchBackend:
        prefix = f"test-{uuid.uuid4().hex[:12]}"
        made.append(ElasticBackend(url, folder=tmp_path_factory.mktemp("waiting"), prefix=prefix))
        return made[-1]

    url = real_cluster.url_or_skip() if request.param == "elasticsearch" else ""
    yield elastic if url else embedded
    for backend in made:
        if isinstance(backend, ElasticBackend):
            backend.remove()
        backend.close()


@pytest.fixture
def backend(make: Make) -> SearchBackend:
    """An empty backend."""
    return make()
