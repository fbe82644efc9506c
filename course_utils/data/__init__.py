"""Load the course's data, say what is wrong with data, prepare drawings as MNIST's digits were.

Nothing here reaches the network except a loader that is called with `full=True`. One module a
theme; lessons use `data.load_…`.
"""

from .checkpoints import load_checkpoint, load_vocabulary, read_card
from .digits import load_mnist
from .drawings import center_digit
from .fetching import FULL_SETS, FullSet, is_available
from .files import DataUnavailable, check_files
from .guards import require_images, require_labels, require_table
from .history import load_history
from .imdb import decode_imdb, load_imdb, load_imdb_words
from .little_world import WORD_KINDS, WORD_PAIRS, generate_little_world
from .messages import SPAM_KEYWORDS, generate_messages, load_messages
from .minilm import find_minilm, load_minilm
from .named import Collection, find_named, load_sms, load_tatoeba
from .photographs import find_ink
from .phrase_frames import FRAMES as PHRASE_FRAMES
from .phrases import generate_phrases, load_phrases
from .pieces import SPECIAL_PIECES, split_text
from .reviews import generate_review_pairs, generate_reviews, load_reviews
from .series import (
    best_hourly_error,
    best_hourly_forecast,
    generate_hourly_temperature,
    smooth,
)
from .shapes import SHAPES, generate_shapes
from .sums import generate_sums
from .swapped import load_swapped_phrases
from .tables import Table, load_auto_mpg, load_seattle_weather
from .waves import fit_usual
from .windows import require_window
from .word_vectors import ANALOGIES, WORD_FAMILIES, load_word_vectors
from .words import (
    SPECIAL_WORDS,
    build_vocabulary,
    decode_words,
    encode_words,
    join_words,
    split_words,
)

__all__ = [
    "ANALOGIES",
    "FULL_SETS",
    "PHRASE_FRAMES",
    "SHAPES",
    "SPAM_KEYWORDS",
    "SPECIAL_PIECES",
    "SPECIAL_WORDS",
    "WORD_FAMILIES",
    "WORD_KINDS",
    "WORD_PAIRS",
    "Collection",
    "DataUnavailable",
    "FullSet",
    "Table",
    "best_hourly_error",
    "best_hourly_forecast",
    "build_vocabulary",
    "center_digit",
    "check_files",
    "decode_imdb",
    "decode_words",
    "encode_words",
    "find_ink",
    "find_minilm",
    "find_named",
    "fit_usual",
    "generate_hourly_temperature",
    "generate_little_world",
    "generate_messages",
    "generate_phrases",
    "generate_review_pairs",
    "generate_reviews",
    "generate_shapes",
    "generate_sums",
    "is_available",
    "join_words",
    "load_auto_mpg",
    "load_checkpoint",
    "load_history",
    "load_imdb",
    "load_imdb_words",
    "load_messages",
    "load_minilm",
    "load_mnist",
    "load_phrases",
    "load_reviews",
    "load_seattle_weather",
    "load_sms",
    "load_swapped_phrases",
    "load_tatoeba",
    "load_vocabulary",
    "load_word_vectors",
    "read_card",
    "require_images",
    "require_labels",
    "require_table",
    "require_window",
    "smooth",
    "split_text",
    "split_words",
]
