"""The weights that the scripts in training/ made, each read only if its hash is right."""

import json
import re

from .files import FOLDER, listed_files, read_listed

WEIGHTS = ".weights.h5"
WORDS = ".words.json"
CARD = ".md"


def load_checkpoint(name):
    """Return the path of the weights `name` ("nine_digits"), for `model.load_weights(path)`.

    Beside them lies a card, NAME.md, which says what they were trained on and how well they do.
    Raises ValueError for a name that the course does not know, DataUnavailable, with the remedy,
    where the file is not the one that the course shipped.
    """
    file = _find(name, WEIGHTS)
    read_listed(file)
    return FOLDER / file


def load_vocabulary(name):
    """Return the words of a checkpoint that reads or writes text, a tuple of lists.

    One list a language, "english_french": English, French. A word's place in it is its number in
    the model. Raises what `load_checkpoint` raises.
    """
    return tuple(json.loads(read_listed(_find(name, WORDS))).values())


def read_card(name):
    """Return what the card of a checkpoint says as {"data": …, "held-out accuracy": …}.

    Raises what `load_checkpoint` raises.
    """
    card = read_listed(_find(name, CARD)).decode("utf-8")
    return dict(re.findall(r"^\| (\S.*?) \| (.*) \|$", card, flags=re.MULTILINE))


def _find(name, ending):
    """Return the file of a checkpoint that data/README.md lists; ValueError where there is none."""
    files = {
        file.removeprefix("checkpoints/").removesuffix(ending): file
        for file in listed_files()
        if file.startswith("checkpoints/") and file.endswith(ending)
    }
    if name not in files:
        known = ", ".join(sorted(files)) or "none: data/README.md is missing or damaged"
        kind = "checkpoints with a vocabulary" if ending == WORDS else "checkpoints"
        raise ValueError(f"expected one of the course's {kind} ({known}), got {name!r}.")
    return files[name]
