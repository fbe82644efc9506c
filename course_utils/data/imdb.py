"""The 50,000 film reviews of IMDB as numbers, fetched on demand and read without unpickling.

Keras's file holds its lists of numbers as a pickle, and a pickle can run any code. So the hash of
the file is checked before it is opened, and the reader admits lists of whole numbers and nothing
else: what a pickle names (NumPy's array and its type) is replaced by a class that does nothing.
"""

import json
import pickle
import zipfile

import numpy as np

from .fetching import IMDB_FILES, is_available, keras_folder, load_full
from .files import DataUnavailable

REVIEWS, WORD_INDEX = IMDB_FILES
SPECIAL_WORDS = ("[PAD]", "[START]", "[UNKNOWN]", "[UNUSED]")  # numbers 0 to 3
PADDING, START, UNKNOWN, _ = range(4)
SHUFFLE_SEED = 113  # the one of Keras: the reviews stand in the same order


def load_imdb(full=False, num_words=10_000):
    """Return `(x_train, y_train), (x_test, y_test)`: 25,000 film reviews each, half of them 1.

    Reviews are lists of word numbers in an object array, shape (25000,); labels int64: 1 praises
    the film, 0 does not. They are those of `keras.datasets.imdb.load_data(num_words=num_words)`,
    in the same order: the word of rank r (1 is the most frequent, "the") has the number r + 3,
    1 starts every review, 2 stands for every word that is not among the `num_words`, 0 is left
    for padding and 3 is never used. So the largest number is `num_words - 1` and
    `num_words - 4` words are told apart; `num_words=None` keeps all (Keras then loses the rarest).
    `load_imdb_words` names them.

    The set is not in the course: `full=True` fetches it once (19 MB) through Keras, which checks
    the hashes, into Keras's own cache, `~/.keras/datasets` (`KERAS_HOME` moves it). Without it,
    and where it cannot be fetched, DataUnavailable says what to do; ValueError for `num_words`
    that is not None or a whole number above 4.
    Source: Maas, Daly, Pham, Huang, Ng and Potts, 2011.
    """
    _require_num_words(num_words)
    if not full:
        raise DataUnavailable(
            "The IMDB reviews are not in the course. load_imdb(full=True) fetches them once "
            "(19 MB); load_reviews() generates reviews without a network."
        )
    arrays = read_reviews(load_full("imdb")[REVIEWS])
    random = np.random.RandomState(SHUFFLE_SEED)
    parts = []
    for part in ("train", "test"):
        reviews, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        order = np.arange(len(labels))
        random.shuffle(order)
        parts.append((_number_words([reviews[i] for i in order], num_words), labels[order]))
    return tuple(parts)


def load_imdb_words():
    """Return the words of IMDB, a list: `words[number]` is the word of a number in a review.

    The first four are "[PAD]", "[START]", "[UNKNOWN]" and "[UNUSED]"; then come 88,584 words, the
    most frequent first. Raises DataUnavailable until `load_imdb(full=True)` has fetched the set.
    """
    if not is_available("imdb"):
        raise DataUnavailable(
            "The words of IMDB are not on this machine. Run data.load_imdb(full=True) once, with "
            "a network."
        )
    ranks = json.loads((keras_folder() / WORD_INDEX).read_text(encoding="utf-8"))
    return [*SPECIAL_WORDS, *sorted(ranks, key=ranks.get)]


def decode_imdb(review, words=None):
    """Return a review of `load_imdb` as text.

    `words` is what `load_imdb_words` returns; pass it to read the list once for many reviews.
    Raises ValueError for a number that no word has.
    """
    words = load_imdb_words() if words is None else words
    unknown = [number for number in review if not 0 <= number < len(words)]
    if unknown:
        raise ValueError(f"no word of IMDB has the number {unknown[0]}: 0 to {len(words) - 1} do.")
    return " ".join(words[number] for number in review)


def _require_num_words(num_words):
    """Raise a ValueError unless `num_words` is None or leaves room for a word."""
    whole = isinstance(num_words, (int, np.integer)) and not isinstance(num_words, bool)
    if num_words is not None and not (whole and num_words > len(SPECIAL_WORDS)):
        raise ValueError(
            f"num_words is None (all words) or a whole number above 4; got {num_words!r}."
        )


def _number_words(reviews, num_words):
    """Return an object array of lists: start, then each word's rank + 3, or 2 for a rare word."""
    shift = len(SPECIAL_WORDS) - 1
    ranks = 1 + max(max(review, default=0) for review in reviews)
    limit = ranks + shift if num_words is None else num_words
    # One table for all reviews: each number is one Python object, not eleven million.
    numbers = [rank + shift if rank + shift < limit else UNKNOWN for rank in range(ranks)]
    numbered = np.empty(len(reviews), dtype=object)
    for i, review in enumerate(reviews):
        numbered[i] = [START, *(numbers[rank] for rank in review)]
    return numbered


class _Inert:
    """Stands for whatever the pickle wants to build: keeps what it is given, does nothing."""

    def __init__(self, *arguments):
        self.state = None

    def __setstate__(self, state):
        self.state = state


class _ListReader(pickle.Unpickler):
    """Reads lists of numbers out of the pickle of a NumPy array; any other class is refused."""

    ALLOWED = frozenset(
        {
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
        }
    )

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return _Inert


def read_reviews(path):
    """Return {name: content} of an npz file: arrays of numbers, or lists of lists of integers.

    Nothing in the file is run. Raises DataUnavailable where it holds anything else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                name.removesuffix(".npy"): _read_member(archive, name)
                for name in archive.namelist()
            }
    except Exception as error:  # a pickle can fail in any way
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataUnavailable(
            f"{path} is not the file of IMDB reviews ({reason}). Delete it and fetch it again."
        ) from None


def _read_member(archive, name):
    """Return one array of the archive."""
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, dtype = read_header(file)
        if not dtype.hasobject:
            return np.frombuffer(file.read(), dtype=dtype).reshape(shape).copy()
        state = _ListReader(file).load().state
    reviews = state[4]
    if shape != (len(reviews),) or not all(map(_is_list_of_ranks, reviews)):
        raise ValueError("it does not hold lists of whole numbers")
    return reviews


def _is_list_of_ranks(review):
    return type(review) is list and set(map(type, review)) <= {int} and min(review, default=0) >= 0
