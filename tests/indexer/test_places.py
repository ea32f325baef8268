"""Where documents stand: right or not known, after puts, deletes and merges, and where two segments share numbers."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import tantivy

from domain.records import Listing
from indexer.documents import Document, build
from indexer.embedded.backend import EmbeddedBackend
from indexer.embedded.places import PLACE, Places, sizes
from indexer.embedded.reader import current

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RANK = "by_suspicion"


def document(number: int, seed: int = 0) -> Document:
    listing = Listing(platform="p", ref=str(number), url="u", title=f"五常大米 {number} {seed}", observed_at=NOW)
    return build(listing, first_seen=NOW, last_seen=NOW)


def opened(backend: EmbeddedBackend, folder: Path) -> tuple[tantivy.Searcher, tuple[int, ...]]:
    searcher = backend._reader.searcher()
    assert searcher is not None
    return searcher, sizes(folder / current(folder) / "meta.json")


def every(searcher: tantivy.Searcher) -> list[tuple[int, int, tantivy.DocAddress]]:
    """Rank, number and address of every document that is there."""
    hits = searcher.search(tantivy.Query.all_query(), limit=10_000, order_by_field=RANK).hits
    numbers = searcher.fast_field_values(PLACE, [address for _, address in hits])
    return [(rank, number, address) for (rank, address), number in zip(hits, numbers, strict=True)]


def test_what_is_found_is_right_and_what_a_merge_moved_is_not_found(tmp_path: Path) -> None:
    backend, rng = EmbeddedBackend(tmp_path), random.Random(1)
    backend.rebuild(document(number) for number in range(500))
    found = missed = 0
    for turn in range(24):  # enough for tantivy to merge
        backend.put(document(rng.randrange(700), turn) for _ in range(10 * turn))
        backend.delete(f"p/{rng.randrange(700)}" for _ in range(5))
        searcher, each_size = opened(backend, tmp_path)
        places = Places(searcher, each_size)
        assert sum(each_size) >= searcher.num_docs
        for rank, number, address in every(searcher):
            answer = places.addresses(RANK, [(rank, number)])
            found += answer is not None
            missed += answer is None
            assert answer in (None, [address])
    assert found > 2_000
    assert missed > 100


def test_a_number_of_two_segments_is_told_by_its_rank(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.rebuild(document(number) for number in range(40))
    backend.put(document(number) for number in range(40, 80))
    searcher, each_size = opened(backend, tmp_path)
    places = Places(searcher, each_size)
    assert [size for _, _, size in places._runs] == [0, 1]
    whole = every(searcher)
    wanted = [address for _, _, address in whole]
    pairs = [(rank, number) for rank, number, _ in whole]
    assert places.addresses(RANK, pairs) == wanted
    # As if the second segment had begun where the first one did.
    (first, last, _), other = places._runs
    places._runs.append((first, last, other[2]))
    assert places.addresses(RANK, pairs) == wanted
    assert places.addresses(RANK, [(pairs[0][0] + 1, pairs[0][1])]) is None
    assert places.addresses(RANK, [(pairs[0][0], 2**40)]) is None
    assert places.addresses(RANK, []) == []


def test_the_settings_that_the_binding_lacks_are_kept_through_commits(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path)
    backend.put([document(1)])
    for index in (1, 2):
        meta = msgspec.json.decode((tmp_path / current(tmp_path) / "meta.json").read_bytes())
        assert current(tmp_path).endswith(f"{index}")
        assert meta["index_settings"]["docstore_blocksize"] == 4_096
        assert meta["index_settings"]["docstore_compress_dedicated_thread"] is False
        assert b'"fieldnorms":true' not in msgspec.json.encode(meta)
        backend.rebuild([document(1), document(2)])
