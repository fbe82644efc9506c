"""Load the course's data, say what is wrong with data, prepare drawings as MNIST's digits were.

Nothing here reaches the network except a loader that is called with `full=True`. One module a
theme; lessons use `data.load_…`.
"""

from .checkpoints import load_checkpoint
from .digits import load_mnist
from .drawings import center_digit
from .fetching import FULL_SETS, FullSet, is_available
from .files import DataUnavailable, check_files
from .guards import require_images, require_labels, require_table
from .history import load_history
from .imdb import decode_imdb, load_imdb, load_imdb_words
from .photographs import find_ink
from .reviews import generate_review_pairs, generate_reviews, load_reviews
from .shapes import SHAPES, generate_shapes
from .tables import Table, load_auto_mpg, load_seattle_weather
from .windows import require_window

__all__ = [
    "FULL_SETS",
    "SHAPES",
    "DataUnavailable",
    "FullSet",
    "Table",
    "center_digit",
    "check_files",
    "decode_imdb",
    "find_ink",
    "generate_review_pairs",
    "generate_reviews",
    "generate_shapes",
    "is_available",
    "load_auto_mpg",
    "load_checkpoint",
    "load_history",
    "load_imdb",
    "load_imdb_words",
    "load_mnist",
    "load_reviews",
    "load_seattle_weather",
    "require_images",
    "require_labels",
    "require_table",
    "require_window",
]
