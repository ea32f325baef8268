"""Searching the index that an alias names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from indexer.conditions import Condition
from indexer.elastic.server import OVERLOADED, Unavailable, speaking
from indexer.elastic.translate import counts, request, translate
from indexer.engine import Answer, Ask, Row
from indexer.ranks import day_of

#: For how many seconds a search waits, each time, for a server that has no room at this moment, before it is said.
PAUSES = (0.1, 0.4, 1.0)


class ElasticEngine:
    """An :class:`~indexer.engine.Engine` on a server. ``timeout``: seconds after which the rest is left out; ``wait``
    lets so many seconds pass."""

    def __init__(
        self,
        client: Elasticsearch,
        alias: str,
        *,
        timeout: float,
        shards: int = 1,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wait = wait
        self._client = client
        self._alias = alias
        self._timeout = timeout
        self._shards = shards

    def ask(self, ask: Ask) -> Answer:
        answer = self._search(request(ask, shards=self._shards))
        if answer is None:
            return Answer(total=0, rows=())
        return read(ask, answer)

    def source(self, key: str) -> bytes | None:
        with speaking():
            try:
                answer = self._client.get(index=self._alias, id=key, source_includes=["source"])
            except NotFoundError:
                return None
        return str(answer["_source"]["source"]).encode()

    def groups(self, condition: Condition, groups: Sequence[int], rank: str) -> Mapping[int, tuple[int, int]]:
        # The largest rank by a sorted top hit: a max aggregation would round it to a double.
        best = {"top_hits": {"size": 1, "sort": [{rank: "desc"}], "_source": False}}
        body = {
            "query": {"bool": {"filter": [translate(condition), {"terms": {"group": list(groups)}}]}},
            "size": 0,
            "aggs": {"groups": {"terms": {"field": "group", "size": max(1, len(groups))}, "aggs": {"best": best}}},
        }
        answer = self._search(body)
        if answer is None:
            return {}
        return {
            int(bucket["key"]): (int(bucket["doc_count"]), int(bucket["best"]["hits"]["hits"][0]["sort"][0]))
            for bucket in answer["aggregations"]["groups"]["buckets"]
        }

    def _search(self, body: dict[str, Any]) -> Any:
        # What has not answered by then is left out, and the answer says so.
        limited = {"timeout": f"{self._timeout:g}s", **body}
        pauses, replaced = iter(PAUSES), 0
        with speaking():
            while replaced < 3:
                try:
                    # Always the same copies of the shards: others may be a moment behind, and pages would repeat rows.
                    return self._client.search(index=self._alias, body=limited, preference="qingyuan")
                except NotFoundError:
                    if not self._client.indices.exists_alias(name=self._alias):
                        return None  # nothing was ever put
                    replaced += 1  # just now: ask the new one
                except ApiError as error:
                    pause = next(pauses, None) if error.status_code == OVERLOADED else None
                    if pause is None:
                        raise
                    self._wait(pause)
        raise Unavailable("索引正在被反复替换，请稍后再试")


def read(ask: Ask, answer: Any) -> Answer:
    """The answer of the server in our terms."""
    counted = answer.get("aggregations", {})
    return Answer(
        total=int(answer["hits"]["total"]["value"]),
        rows=[
            Row(int(hit["sort"][0]), str(hit["sort"][1]), hit["_source"]["source"].encode())
            for hit in answer["hits"]["hits"]
        ],
        facets={name: counts(name, counted[name]) for name in ask.facets if name in counted},
        days={day_of(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[ask.days]["buckets"]}
        if ask.days in counted
        else {},
        notices=_notices(answer),
    )


def _notices(answer: Any) -> tuple[str, ...]:
    notices = []
    shards = answer["_shards"]
    if shards["failed"]:
        notices.append(f"索引的 {shards['total']} 个分片中有 {shards['failed']} 个没有应答，这次的结果不全")
    if answer["timed_out"]:
        notices.append("查询超时，只看了一部分文档，这次的结果不全；请缩小范围再查")
    return tuple(notices)
