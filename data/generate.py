"""Write every generated file of this folder, byte for byte the same on each run and platform.

    python data/generate.py            write what is new or has changed
    python data/generate.py --check    write nothing; name what differs and exit with status 1

Where a parameter is a lesson's subject (how often a negation turns a review round), the lesson
calls the generator itself: `data.load_reviews(negation_rate=0.5)`. The files here are for looking.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))  # also where the course is not installed

from course_utils import data  # noqa: E402

ROWS_TO_LOOK_AT = 200


def reviews():
    """Return generated reviews, sentences of the training set, as CSV: text, label, negated."""
    return _labelled("negated", data.generate_reviews(ROWS_TO_LOOK_AT))


def messages():
    """Return generated messages, sentences of the training set, as CSV: text, label, disguised."""
    return _labelled("disguised", data.generate_messages(ROWS_TO_LOOK_AT))


def phrases():
    """Return generated phrases, pairs of the training set, as CSV: english, french, frame."""
    return _csv(
        ("english", "french", "frame"), zip(*data.generate_phrases(ROWS_TO_LOOK_AT), strict=True)
    )


FILES = {"messages.csv": messages, "phrases.csv": phrases, "reviews.csv": reviews}


def _labelled(flag, columns):
    """Return texts, their labels and a flag of each as CSV."""
    rows = ((text, int(label), int(is_so)) for text, label, is_so in zip(*columns, strict=True))
    return _csv(("text", "label", flag), rows)


def _csv(head, rows):
    """Return a table as the bytes of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def main(arguments=None):
    """Write the files, or with --check name those that differ; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the generated files of data/.")
    parser.add_argument("--check", action="store_true", help="write nothing, name what differs")
    check = parser.parse_args(arguments).check
    stale = 0
    for name, generate in FILES.items():
        path, content = FOLDER / name, generate()
        if path.exists() and path.read_bytes() == content:
            continue
        stale += 1
        if check:
            print(f"data/{name} is stale: run `python data/generate.py`.")
        else:
            path.write_bytes(content)
            print(f"data/{name} written; put its new sha256 into data/README.md.")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
