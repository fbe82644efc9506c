"""The weights that the scripts in training/ made, each read only if its hash is right."""

from .files import FOLDER, listed_files, read_listed

ENDING = ".weights.h5"


def load_checkpoint(name):
    """Return the path of the weights `name` ("nine_digits"), for `model.load_weights(path)`.

    Beside them lies a card, NAME.md, which says what they were trained on and how well they do.
    Raises ValueError for a name that the course does not know, DataUnavailable, with the remedy,
    where the file is not the one that the course shipped.
    """
    files = {
        file.removeprefix("checkpoints/").removesuffix(ENDING): file
        for file in listed_files()
        if file.startswith("checkpoints/") and file.endswith(ENDING)
    }
    if name not in files:
        known = ", ".join(sorted(files)) or "none: data/README.md is missing or damaged"
        raise ValueError(f"expected one of the course's checkpoints ({known}), got {name!r}.")
    read_listed(files[name])
    return FOLDER / files[name]
