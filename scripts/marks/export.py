"""Write the trained networks as ONNX: ``python -m scripts.marks.export EMBEDDER DETECTOR REFINER VERIFIER FOLDER``.

Networks whose file is missing are left out. Inputs are float, planes first; the normalisation of batches is folded in.
Weights are stored in 16 bits (half the size, outputs differ by some 1e-4) and are widened when a network is opened, so
that it runs as fast as with 32.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from scripts.marks.networks import VIEW, Detector, Embedder, Refiner, Shaper, Verifier, Viewer

#: Tensors of fewer numbers stay as they are.
SMALL = 1024


class _Crops(nn.Module):
    def __init__(self, net: Embedder) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        embedding, mask, frame = self.net.raw(x)
        return F.normalize(embedding), mask.sigmoid(), frame


class _Boxes(nn.Module):
    def __init__(self, net: Refiner) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        box, _, sure = self.net(x)
        return box, sure.sigmoid()


class _Picture(nn.Module):
    def __init__(self, net: Detector) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        heat, sides, mask = self.net.planes(x / 64 - 2)
        return torch.cat([heat.sigmoid(), sides, mask.sigmoid()], 1)


def _write(
    net: nn.Module, inputs: tuple[Tensor, ...], path: Path, names: list[str], outputs: list[str], picture: bool
) -> None:
    net.eval()
    axes = {name: {0: "n", 2: "h", 3: "w"} if picture else {0: "n"} for name in names}
    torch.onnx.export(
        net,
        inputs,
        str(path),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    halve(path)
    print(path, path.stat().st_size)


def halve(path: Path) -> None:
    """Store a network's weights in 16 bits, each widened by a node of its own."""
    model = onnx.load(str(path))
    graph = model.graph
    kept, nodes = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALL:
            kept.append(tensor)
            continue
        assert np.abs(values).max() < np.finfo(np.float16).max
        kept.append(numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}.half"))
        nodes.append(helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], to=TensorProto.FLOAT))
    nodes.extend(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("embedder", type=Path)
    parser.add_argument("detector", type=Path)
    parser.add_argument("refiner", type=Path)
    parser.add_argument("verifier", type=Path)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.embedder.exists():
        embedder, shaper = Embedder(), Shaper()
        state = torch.load(chosen.embedder)["ema"]
        embedder.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("0.")})
        shaper.load_state_dict({k[2:]: v for k, v in state.items() if k.startswith("1.")})
        _write(_Crops(embedder), (torch.zeros(2, 3, 64, 64),), chosen.folder / "embedder.onnx", ["crops"],
               ["embedding", "mask", "frame"], False)  # fmt: skip
        _write(shaper, (torch.zeros(2, 1, 32, 32), torch.zeros(2, 1)), chosen.folder / "shaper.onnx", ["mask", "ratio"],
               ["embedding"], False)  # fmt: skip
    if chosen.detector.exists():
        detector = Detector()
        detector.load_state_dict(torch.load(chosen.detector)["ema"])
        _write(
            _Picture(detector),
            (torch.zeros(1, 3, 384, 320),),
            chosen.folder / "detector.onnx",
            ["pixels"],
            ["cells"],
            True,
        )
    if chosen.refiner.exists():
        refiner = Refiner()
        refiner.load_state_dict(torch.load(chosen.refiner)["ema"])
        crops = torch.zeros(2, 3, 64, 64)
        _write(_Boxes(refiner), (crops,), chosen.folder / "refiner.onnx", ["crops"], ["box", "sure"], False)
    if chosen.verifier.exists():
        viewer, verifier = Viewer(), Verifier()
        torch.nn.ModuleList([viewer, verifier]).load_state_dict(torch.load(chosen.verifier)["ema"])
        seen = torch.zeros(2, 1, 32, 32)
        _write(viewer, (torch.zeros(2, 3, 64, 64), seen), chosen.folder / "viewer.onnx", ["crops", "seen"], ["view"],
               False)  # fmt: skip
        _write(verifier, (torch.zeros(2, *VIEW), seen, torch.zeros(2, 1, 64, 64)), chosen.folder / "verifier.onnx",
               ["view", "seen", "mark"], ["logit", "moved"], False)  # fmt: skip


if __name__ == "__main__":
    main()
