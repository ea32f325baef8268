"""Networks whose convolutions count in 8 bits: ``python -m scripts.marks.quantise BANK MODELS FOLDER``.

The ranges of what flows between the layers are those seen in ``--pictures`` composites of training marks (seed 12).
Weights keep 7 bits, one scale a channel, so that sums of products stay exact on processors that add them in 16 bits
(AVX2 without VNNI): every machine gets the same numbers. First and last layers, where 8 bits cost most and save
least, stay as they are, and so do the viewer, which is asked once a picture, and the shaper, which is asked once a
mark. Needs onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import (  # type: ignore[import-untyped,unused-ignore]
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import (  # type: ignore[import-untyped,unused-ignore]
    quant_pre_process,
)

from detection.marks import MarkIndex, Networks, look, match
from detection.marks.networks import Run
from detection.marks.windows import Floats
from scripts.marks.bank import Bank, load
from scripts.marks.export import halve
from scripts.marks.regions import picture

SEED = 12
#: Layers that stay in floating point; those between the detector's scales also because OpenCV 5.0 gets them wrong at
#: a picture's lower edge otherwise.
KEPT = {
    "detector": ("two", "four", "lateral", "down", "side", "heads", "Resize", "Add", "Relu"),
    "refiner": ("stem", "place"),
    "embedder": ("stem", "embed", "frame", "mask"),
    "verifier": ("mark", "seen", "told", "moved"),
}
Inputs = Mapping[str, Floats]


class _Reader(CalibrationDataReader):  # type: ignore[misc,unused-ignore]
    def __init__(self, inputs: list[Inputs]) -> None:
        self.left = iter(inputs)

    def get_next(self) -> Inputs | None:
        return next(self.left, None)


def recorded(bank: Bank, models: Mapping[str, bytes], count: int) -> dict[str, list[Inputs]]:
    """What each network was asked while the search looked at so many pictures."""
    networks = Networks("onnxruntime", models)
    index = MarkIndex.build(networks, ([bank.mask(int(row))] for row in bank.brands))
    asked: dict[str, list[Inputs]] = {name: [] for name in KEPT}

    def listening(name: str, run: Run) -> Run:
        def heard(inputs: Inputs) -> list[Floats]:
            asked[name].append({key: np.array(value) for key, value in inputs.items()})
            return run(inputs)

        return heard

    for name in KEPT:
        setattr(networks, f"_{name}", listening(name, getattr(networks, f"_{name}")))
    rng = np.random.default_rng(SEED)
    for _ in range(count):
        match(networks, index, look(networks, picture(bank, rng)[0]))
    return asked


def widen(source: Path, target: Path) -> None:
    """A network whose weights are stored in 16 bits, with 32."""
    model = onnx.load(str(source))
    graph = model.graph
    halves = {f"{node.output[0]}.half": node for node in graph.node if node.op_type == "Cast"}
    for tensor in list(graph.initializer):
        node = halves.get(tensor.name)
        if node is not None:
            wide = numpy_helper.to_array(tensor).astype(np.float32)
            graph.initializer.remove(tensor)
            graph.initializer.append(numpy_helper.from_array(wide, node.output[0]))
            graph.node.remove(node)
    onnx.save(model, str(target))


def quantise(name: str, source: Path, target: Path, inputs: list[Inputs]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wide, ready = Path(folder) / "wide.onnx", Path(folder) / "ready.onnx"
        widen(source, wide)
        quant_pre_process(str(wide), str(ready), skip_symbolic_shape=True)
        nodes = [node.name for node in onnx.load(str(ready)).graph.node]
        quantize_static(
            str(ready),
            str(target),
            _Reader(inputs),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Add", "Relu", "Resize"],
            nodes_to_exclude=[node for node in nodes if node.startswith(tuple(f"/{kept}" for kept in KEPT[name]))],
            calibrate_method=CalibrationMethod.MinMax,
        )
    halve(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bank", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=80)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    bank = load(chosen.bank, longest=640)
    models = {path.stem: path.read_bytes() for path in chosen.models.glob("*.onnx")}
    asked = recorded(bank, models, chosen.pictures)
    for name, inputs in asked.items():
        quantise(name, chosen.models / f"{name}.onnx", chosen.folder / f"{name}.onnx", inputs)
        print(name, (chosen.folder / f"{name}.onnx").stat().st_size, flush=True)
    for name in sorted(models.keys() - asked.keys()):
        shutil.copy(chosen.models / f"{name}.onnx", chosen.folder / f"{name}.onnx")


if __name__ == "__main__":
    main()
