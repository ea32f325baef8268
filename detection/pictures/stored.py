"""Traits as bytes, so that a picture is looked at once: msgpack of their fields, arrays as they lie in memory."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import msgspec
import numpy as np

from detection.marks.finding import Look
from detection.pictures.codes import Code
from detection.pictures.points import Points
from detection.pictures.traits import VERSION, Traits

#: The kinds of number that arrays of traits have.
_ARRAYS = {"<f8", "<f4", "<f2", "|u1"}


def pack(traits: Traits) -> bytes:
    """All that :func:`unpack` needs."""
    return msgspec.msgpack.encode(_plain(traits))


def unpack(data: bytes) -> Traits | None:
    """The traits; None when they are of another version or no traits at all."""
    try:
        value = msgspec.msgpack.decode(data)
        if value["version"] != VERSION:
            return None
        read = {name: _array(each) if isinstance(each, list) else each for name, each in value.items()}
        for name in ("spots", "mirror"):
            held = {key: _array(each) if isinstance(each, list) else each for key, each in read[name].items()}
            width, height = held["shape"].tolist()
            read[name] = Points(held["places"], held["angles"], held["bits"], (width, height))
        if read["look"] is not None:
            held = {key: _array(each) for key, each in read["look"].items()}
            read["look"] = Look(**{key: np.asarray(each, np.float32) for key, each in held.items()})
            for part in (read["look"].seen, read["look"].details):
                np.divide(part, 255, out=part)
        read["codes"] = tuple(Code(kind, text, tuple(box)) for kind, text, box in read["codes"]["codes"])
        return Traits(**{one.name: read[one.name] for one in fields(Traits)})
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, Look):  # halves and bytes are exact enough for what networks say
        kept = {one.name: getattr(value, one.name).astype("<f2") for one in fields(value)}
        kept["views"] = value.views
        kept["seen"] = np.asarray(np.rint(value.seen * 255), np.uint8)
        kept["details"] = np.asarray(np.rint(value.details * 255), np.uint8)
        return {name: _plain(each) for name, each in kept.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and all(isinstance(one, Code) for one in value):
        return {"codes": [[one.kind, one.text, list(one.box)] for one in value]}
    if isinstance(value, tuple):
        value = np.array(value, "<f8")
    if isinstance(value, np.ndarray):
        return [value.dtype.str, list(value.shape), value.tobytes()]
    return value


def _array(value: list[Any]) -> Any:
    kind, shape, data = value
    if kind not in _ARRAYS:
        raise ValueError(kind)
    return np.frombuffer(data, kind).reshape(shape)
