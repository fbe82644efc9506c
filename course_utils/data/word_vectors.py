"""Real word vectors: the 20,000 most frequent words of GloVe, and questions to ask them."""

import io

import numpy as np

from .files import read_listed

# Fixed before anybody looked at the vectors (git knows): a is to b as c is to d.
ANALOGIES = (
    ("france", "paris", "italy", "rome"),
    ("germany", "berlin", "spain", "madrid"),
    ("japan", "tokyo", "china", "beijing"),
    ("england", "london", "ireland", "dublin"),
    ("russia", "moscow", "poland", "warsaw"),
    ("france", "french", "germany", "german"),
    ("italy", "italian", "spain", "spanish"),
    ("china", "chinese", "japan", "japanese"),
    ("man", "woman", "king", "queen"),
    ("man", "woman", "uncle", "aunt"),
    ("boy", "girl", "son", "daughter"),
    ("he", "she", "his", "her"),
    ("father", "mother", "brother", "sister"),
    ("big", "bigger", "small", "smaller"),
    ("good", "better", "bad", "worse"),
    ("strong", "stronger", "weak", "weaker"),
    ("old", "oldest", "large", "largest"),
    ("car", "cars", "dog", "dogs"),
    ("city", "cities", "country", "countries"),
    ("child", "children", "man", "men"),
    ("house", "houses", "river", "rivers"),
    ("go", "went", "come", "came"),
    ("see", "saw", "take", "took"),
    ("play", "playing", "run", "running"),
    ("write", "wrote", "speak", "spoke"),
)

WORD_FAMILIES = {  # ten families of frequent words, for maps
    family: tuple(words.split())
    for family, words in {
        "days": "monday tuesday wednesday thursday friday saturday sunday",
        "months": "january february march april june july august september october november",
        "animals": "dog cat horse cow sheep lion tiger elephant rabbit mouse",
        "fruit": "apple plum cherry peach banana orange grape lemon",
        "instruments": "piano guitar violin drums flute trumpet cello saxophone",
        "countries": "france germany italy spain poland china japan india brazil egypt",
        "relatives": "mother father brother sister son daughter uncle aunt husband wife",
        "colours": "red blue green yellow black white brown purple pink grey",
        "vehicles": "car truck bus train bicycle motorcycle ship boat plane helicopter",
        "body": "hand head arm leg foot eye ear nose mouth knee",
    }.items()
}


def load_word_vectors():
    """Return `(words, vectors)`: 20,000 words, a list, and their GloVe vectors.

    The vectors are float32 of shape (20000, 50), one row for each word, as published (not scaled
    to length 1) but for a rounding to float16, at most 0.002. The most frequent word comes first.
    Words are written small; among them are punctuation marks, numbers and word endings ("'s").
    They were learnt from Wikipedia of 2014 and from newspapers (Gigaword 5), 6 billion words in
    all, and repeat what stands there, prejudice too.

    Raises DataUnavailable where data/glove_50d.npz is damaged. Source: Pennington, Socher and
    Manning, 2014; data/README.md says more.
    """
    with np.load(io.BytesIO(read_listed("glove_50d.npz")), allow_pickle=False) as file:
        words = file["words"].tobytes().decode("utf-8").split("\n")
        return words, file["vectors"].astype(np.float32)
