"""The networks, run by onnxruntime where it is installed and by OpenCV otherwise; both on one thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from detection.marks.windows import Floats, Pixels

Run: TypeAlias = Callable[[Mapping[str, Floats]], list[Floats]]


def opened(data: bytes, engine: str = "") -> Run:
    """A network as a function of its inputs by name; ``engine`` "opencv" or "onnxruntime" insists on one."""
    if engine != "opencv":
        try:
            return _onnxruntime(data)
        except ImportError:
            if engine:
                raise
    return _opencv(data)


def _onnxruntime(data: bytes) -> Run:
    import onnxruntime  # type: ignore[import-untyped,unused-ignore]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def run(inputs: Mapping[str, Floats]) -> list[Floats]:
        return [np.asarray(value, np.float32) for value in session.run(None, dict(inputs))]

    return run


def _opencv(data: bytes) -> Run:
    net: Any = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    names = net.getUnconnectedOutLayersNames()

    def run(inputs: Mapping[str, Floats]) -> list[Floats]:
        for name, value in inputs.items():
            net.setInput(np.ascontiguousarray(value), name)
        return [np.array(value, np.float32) for value in net.forward(names)]

    return run


class Networks:
    """``detector``, ``embedder``, ``shaper``, ``refiner``, ``viewer`` and ``verifier``, ready to run. Not to be shared
    between threads. ``models`` without the refiner looks through the detector's own boxes (``refines`` is False),
    without the last two it searches without proof of pairs (``verifies`` is False)."""

    def __init__(self, engine: str = "", models: Mapping[str, bytes] | None = None) -> None:
        read = models or {name: files(__package__).joinpath(f"{name}.onnx").read_bytes() for name in NAMES}
        self._detector, self._embedder, self._shaper = (opened(read[name], engine) for name in NAMES[:3])
        self.refines, self.verifies = "refiner" in read, "viewer" in read and "verifier" in read
        if self.refines:
            self._refiner = opened(read["refiner"], engine)
        if self.verifies:
            self._viewer, self._verifier = (opened(read[name], engine) for name in NAMES[4:])

    def detect(self, pixels: Pixels) -> Floats:
        """BGR (h, w, 3), sides multiples of 32 → (6, h/4, w/4): heat, distances to the four sides, mask."""
        planes = np.array(cv2.split(pixels), np.float32)
        cells = self._detector({"pixels": planes[None]})[0]
        return np.asarray(cells[0], np.float32)

    def embed(self, crops: Pixels) -> tuple[Floats, Floats, Floats]:
        """BGR crops (n, 64, 64, 3) → embeddings (n, 192), visible masks (n, 32, 32), frames (n, 4, 2) in −1…1."""
        if not len(crops):
            return np.zeros((0, 192), np.float32), np.zeros((0, 32, 32), np.float32), np.zeros((0, 4, 2), np.float32)
        embedding, mask, frame = self._embedder({"crops": _levelled(crops)})
        return embedding, mask[:, 0], frame.reshape(-1, 4, 2)

    def refine(self, crops: Pixels) -> tuple[Floats, Floats]:
        """BGR crops (n, 64, 64, 3) about proposed boxes → the mark's box (n, 4) in −1…1 of the crop, and how surely a
        mark stands there (n), 0–1."""
        if not len(crops):
            return np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
        box, sure = self._refiner({"crops": _levelled(crops)})
        return box, sure[:, 0]

    def view(self, crops: Pixels, seen: Floats) -> Floats:
        """BGR crops (n, 64, 64, 3) and the masks seen in them (n, 32, 32; 0–1) → what pairs are judged by
        (n, 12, 16, 16), 0–1."""
        if not len(crops):
            return np.zeros((0, *VIEW), np.float32)
        return self._viewer({"crops": _levelled(crops), "seen": np.ascontiguousarray(seen[:, None])})[0]

    def verify(self, views: Floats, seen: Floats, masks: Pixels) -> tuple[Floats, Floats]:
        """Views (n, 12, 16, 16), the masks seen (n, 32, 32; 0–1) and registered masks drawn there (n, 64, 64; 0–255) →
        logits (n) that the window shows that mark and not another or none, and by how much the corners of the frame at
        which it was drawn should be moved (n, 4, 2; the window being −1…1)."""
        if not len(masks):
            return np.zeros(0, np.float32), np.zeros((0, 4, 2), np.float32)
        drawn = masks[:, None] * np.float32(1 / 255)
        seen = np.ascontiguousarray(seen[:, None])
        logit, *moved = self._verifier({"view": views, "seen": seen, "mark": drawn})
        return logit[:, 0], moved[0].reshape(-1, 4, 2) if moved else np.zeros((len(logit), 4, 2), np.float32)

    def shape(self, masks: npt.NDArray[np.uint8], ratios: Floats) -> Floats:
        """Canonical masks (n, 32, 32) and the log of their sides' ratio (n) → embeddings (n, 192)."""
        parts = [
            self._shaper(
                {
                    "mask": (masks[start : start + 256, None] / np.float32(255)).astype(np.float32),
                    "ratio": np.asarray(ratios[start : start + 256, None], np.float32),
                }
            )[0]
            for start in range(0, len(masks), 256)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 192), np.float32)


def _levelled(crops: Pixels) -> Floats:
    """Each crop to mean 0 and deviation 1, planes first."""
    x = crops.astype(np.float32)
    mean = x.mean((1, 2, 3), keepdims=True)
    level = (x - mean) / (x.std((1, 2, 3), keepdims=True, mean=mean) + 8)
    return np.ascontiguousarray(level.transpose(0, 3, 1, 2))


NAMES = ("detector", "embedder", "shaper", "refiner", "viewer", "verifier")
#: Planes, rows and columns of what a pair is judged by.
VIEW = (12, 16, 16)


@cache
def shipped() -> bool:
    """Whether the trained networks are in the package."""
    return all(files(__package__).joinpath(f"{name}.onnx").is_file() for name in NAMES)


_OWN: ContextVar[Networks] = ContextVar("networks")


def of_this_thread() -> Networks:
    """The shipped networks; each thread has its own, for OpenCV's may not be shared."""
    try:
        return _OWN.get()
    except LookupError:
        networks = Networks()
        _OWN.set(networks)
        return networks
