"""Kinds of goods, as sellers name and praise them."""

from __future__ import annotations

from qingyuan.demo.tables import table
from qingyuan.demo.values import Ware


def _read() -> dict[str, Ware]:
    wares = {}
    for line in table("wares"):
        key, names, shape, category, price, praise, specs, attributes = line.split("|")
        low, high = price.split("-")
        wares[key] = Ware(
            key=key,
            names=tuple(names.split()),
            shape=shape,
            category=tuple(category.split(">")),
            low=int(low),
            high=int(high),
            praise=tuple(praise.split()),
            specs=tuple(specs.split()),
            table=attributes,
        )
    return wares


#: By key.
WARES = _read()
