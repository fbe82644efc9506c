"""Split a text as BERT does, before its words become pieces."""

import unicodedata

# The first pieces of every vocabulary: padding, unknown, begin, end, mask.
SPECIAL_PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CHINESE = (  # what BERT takes for Chinese signs: first and last of each block
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def split_text(text):
    """Return the words and marks of a text, a list: small letters, accents kept.

    Each punctuation mark, ASCII symbol and Chinese sign stands by itself, an emoji only where there
    are spaces around it. What cannot be seen (control characters, zero-width spaces) is left out;
    accents are composed (Unicode's NFC). So do BertNormalizer(strip_accents=False) and
    BertPreTokenizer of the library tokenizers, after its NFC. Their tables are of an older Unicode:
    some rare marks that came since stand alone here and not there.
    """
    cleaned = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if character in "\t\n\r" or category.startswith("Z"):
            cleaned.append(" ")
        elif _stands_alone(character):
            cleaned.append(f" {character} ")
        elif category not in ("Cc", "Cf", "Co", "Cs") and character != "\ufffd":
            cleaned.append(character.lower())
    return "".join(cleaned).split()


def _stands_alone(character):
    """Return whether a character is a word by itself."""
    if character.isascii():
        return character.isprintable() and not character.isalnum() and character != " "
    is_chinese = any(first <= ord(character) <= last for first, last in CHINESE)
    return is_chinese or unicodedata.category(character).startswith("P")
