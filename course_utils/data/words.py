"""Split English and French sentences into words for a model, and put them together again."""

import re
import unicodedata

ELIDED = "l d j n m t s c qu jusqu lorsqu puisqu quoiqu".split()
INVERTED = "je tu il elle on nous vous ils elles ce le la les moi toi lui leur y en".split()
WORD = re.compile(
    rf"\b(?:{'|'.join(ELIDED)})'(?=\w)"  # l' of l'ami
    r"|'s\b"  # of the queen's
    rf"|-(?:t-)?(?:{'|'.join(INVERTED)})\b(?!['-]\w)"  # -tu of veux-tu, -t-elle of a-t-elle
    r"|\w+?(?='s\b)"
    rf"|\w+?(?=-(?:t-)?(?:{'|'.join(INVERTED)})\b(?!['-]\w))"
    r"|\w+(?:['-]\w+)*"
    r"|[^\w\s]"
)
NO_SPACE_BEFORE = tuple(".,)]}…")


def split_words(text):
    """Return the words of an English or French sentence, a list: small letters, accents kept.

    Punctuation marks are words; so are an elided word with its apostrophe ("l'ami": "l'", "ami"),
    a pronoun after the verb of a question ("a-t-elle": "a", "-t-elle") and an English "'s". Curly
    apostrophes become straight, every kind of space is one; accents are composed (Unicode's NFC).
    """
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("‑", "-")
    return WORD.findall(text)


def join_words(words):
    """Return the sentence that `split_words` gives these words for, its first letter a capital.

    Other capitals are lost, and a question mark has its French space where a French word is split.
    """
    text = ""
    for word in words:
        glued = text.endswith("'") or word.startswith(("'s", "-")) or word in NO_SPACE_BEFORE
        text += word if glued or not text else f" {word}"
    return text[:1].upper() + text[1:]
