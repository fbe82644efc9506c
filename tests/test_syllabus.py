"""Every item of the syllabus is taught where notebooks/syllabus.csv says, and shown in its deck.

The column `shows` holds words or numbers, with semicolons between them, that must occur in a
section tagged with the item's id and on a slide that carries it, or in what these display. So an
empty tag does not pass. Items of lessons to come are counted.
"""

import collections
import csv
import functools
import html
import re

import build
import nbformat
import pytest
import slides_builder

ITEMS_OF_THE_DECKS = {"D0": 40, "D1": 22, "D2": 34, "D3": 18, "D4": 13}
COLUMNS = ["id", "lesson", "item", "shows"]


def read_items():
    with (build.FOLDER / "syllabus.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ITEMS = read_items()
LESSONS = {path.stem for path in build.sources()}
HERE = [item for item in ITEMS if item["lesson"] in LESSONS]


def words_of(item):
    return [word for word in map(normal, item["shows"].split(";")) if word]


def normal(text):
    """Return text for comparison: lower case, no emphasis, dollars or thin spaces, one space."""
    text = re.sub(r'"\s*\n\s*f?"', "", text)  # one string on two lines of code
    return " ".join(re.sub(r"[*`$]|\\,", "", text).lower().split())


def missing(item, *texts):
    """Return which words of an item occur in none of the texts."""
    texts = [normal(text) for text in texts]
    return [word for word in words_of(item) if not any(word in text for text in texts)]


# The lessons


def sections(cells):
    """Split the cells of a notebook at those Markdown cells that hold a `##` heading."""
    parts = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            parts.append([])
        parts[-1].append(cell)
    return parts


def tagged_cells(cells, identifier):
    """Return the cells of all sections in which a cell carries this id."""
    parts = sections(cells)
    found = [part for part in parts if any(identifier in build.tags(cell) for cell in part)]
    return [cell for part in found for cell in part]


def written(cells):
    return "\n\n".join(cell.source for cell in cells)


def displayed(cells):
    """Return the text of all outputs, text alternatives included."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n\n".join(map(text_of, outputs))


def text_of(output):
    data = output.get("data", {})
    pieces = [output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")]
    markup = re.sub(r'="data:[^"]*"', "", data.get("text/html", ""))
    alternatives = re.findall(r'\balt="([^"]*)"', markup)
    pieces += [re.sub(r"<[^>]*>", " ", markup), *alternatives]
    return html.unescape("\n".join(pieces))


@functools.cache
def notebook_cells(lesson):
    """Return the cells of a lesson, built from its source and not executed."""
    return nbformat.reads(build.build(build.SOURCES / f"{lesson}.py"), as_version=4).cells


def untaught(item, cells, execute):
    """Return the words of an item that its sections lack; `execute` gives cells with outputs."""
    identifier = item["id"]
    part = tagged_cells(cells, identifier)
    left = missing(item, written(part))
    if part and left:
        left = missing(item, written(part), displayed(tagged_cells(execute(), identifier)))
    return left


def name(item):
    return f"{item['lesson'][:2]}-{item['id']}"


@pytest.mark.parametrize("item", HERE, ids=name)
def test_item_is_taught_in_its_lesson(item, executed_handout):
    lesson, identifier = item["lesson"], item["id"]
    cells = notebook_cells(lesson)
    place = f"{lesson}.py: {identifier} ({item['item']})"
    assert words_of(item), f"{place}: fill the column `shows` of syllabus.csv."
    assert tagged_cells(cells, identifier), f"{place}: no cell has this tag."
    left = untaught(item, cells, lambda: executed_handout(lesson).cells)
    assert left == [], f"{place}: its sections do not show {left}."


@pytest.mark.parametrize("lesson", sorted(LESSONS))
def test_tags_of_a_lesson_are_its_own_items(lesson):
    own = {item["id"] for item in ITEMS if item["lesson"] == lesson}
    used = {tag for cell in notebook_cells(lesson) for tag in build.tags(cell)}
    assert {tag for tag in used if build.SYLLABUS_ID.fullmatch(tag)} <= own


# The decks


@functools.cache
def read_deck(lesson):
    """Return the deck of a lesson, or None."""
    path = slides_builder.SLIDES / f"{lesson}.md"
    return slides_builder.load().read_deck(path) if path.exists() else None


def tagged_slides(deck, identifier):
    return [slide for slide in deck.slides if identifier in slide.ids]


def written_on(slide):
    """Return what a slide holds without its notes, which only the speaker sees."""
    shown = [block for block in slide.blocks if getattr(block, "shows", "") != "setup"]
    texts = [getattr(block, "markdown", getattr(block, "source", "")) for block in shown]
    return "\n\n".join([slide.heading, *texts])


def displayed_on(slide):
    return displayed([{"outputs": cell.outputs} for cell in slide.cells if cell.shows != "setup"])


def unshown(item, deck, execute):
    """Return the words of an item that its slides lack; `execute` gives the deck with outputs."""
    slides = tagged_slides(deck, item["id"])
    left = missing(item, *map(written_on, slides))
    if slides and left:
        slides = tagged_slides(execute(), item["id"])
        left = missing(item, *map(written_on, slides), *map(displayed_on, slides))
    return left


@pytest.mark.parametrize("item", HERE, ids=name)
def test_item_is_shown_in_its_deck(item, executed_deck):
    lesson, identifier = item["lesson"], item["id"]
    deck = read_deck(lesson)
    place = f"slides/{lesson}.md: {identifier} ({item['item']})"
    assert deck is not None, f"{place}: there is no such deck."
    assert tagged_slides(deck, identifier), f"{place}: no slide carries this id."
    left = unshown(item, deck, lambda: executed_deck(lesson))
    assert left == [], f"{place}: its slides do not show {left}."


@pytest.mark.parametrize("lesson", sorted(LESSONS))
def test_ids_on_slides_are_items_of_the_lesson(lesson):
    own = {item["id"] for item in ITEMS if item["lesson"] == lesson}
    assert {identifier for slide in read_deck(lesson).slides for identifier in slide.ids} <= own


# The list itself


def test_list_is_complete():
    """No item of the five old decks has been lost."""
    assert list(ITEMS[0]) == COLUMNS
    numbers = collections.defaultdict(set)
    for item in ITEMS:
        deck, number = item["id"].split("-")
        numbers[deck].add(int(number))
    assert numbers == {deck: set(range(1, n + 1)) for deck, n in ITEMS_OF_THE_DECKS.items()}


def test_rows_are_well_formed():
    for item in ITEMS:
        assert None not in item and None not in item.values(), item
        assert build.SYLLABUS_ID.fullmatch(item["id"]) and build.STEM.fullmatch(item["lesson"])
        assert item["item"].strip()
    rows = [(item["id"], item["lesson"]) for item in ITEMS]
    assert len(rows) == len(set(rows))


def test_items_to_come_are_counted(capsys):
    to_come = len(ITEMS) - len(HERE)
    with capsys.disabled():
        print(f"\n{len(HERE)} items of the syllabus are taught, {to_come} are to come.")
    assert HERE


# Made-up lessons and decks, to see that the tests can fail

ITEM = {"id": "D1-01", "lesson": "01_topic", "item": "A thing", "shows": "Deep Learning; 4.67"}


def lesson_cells(*cells):
    return [
        nbformat.v4.new_markdown_cell(text, metadata={"tags": tags})
        if text.startswith("#")
        else nbformat.v4.new_code_cell(text, metadata={"tags": tags})
        for text, tags in cells
    ]


def never():
    raise AssertionError("executed for nothing")


def test_words_may_stand_anywhere_in_the_section():
    cells = lesson_cells(
        ("## A. B?", []), ("14 / 3  # 4.67", ["D1-01"]), ("# **deep\nlearning**", [])
    )
    assert untaught(ITEM, cells, never) == []


def test_words_of_another_section_do_not_count():
    cells = lesson_cells(("## A. B?\ndeep learning", []), ("## C. D?\n4.67", ["D1-01"]))
    assert untaught(ITEM, cells, lambda: cells) == ["deep learning"]


def test_empty_tag_does_not_pass():
    cells = lesson_cells(("## A. B?", ["D1-01"]))
    assert untaught(ITEM, cells, lambda: cells) == ["deep learning", "4.67"]


def test_missing_tag_does_not_pass():
    cells = lesson_cells(("## A. B?\ndeep learning 4.67", []))
    assert tagged_cells(cells, "D1-01") == []
    assert untaught(ITEM, cells, never) == ["deep learning", "4.67"]


def test_outputs_count():
    cells = lesson_cells(("## A. B?\ndeep learning", ["D1-01"]), ("14 / 3", []))
    figure = '<figure><img alt="The mean is 4.67." src="data:image/png;base64,AAAA"></figure>'
    for data in ({"text/plain": "4.67"}, {"text/html": figure}):
        cells[1].outputs = [nbformat.v4.new_output("display_data", data=data)]
        assert untaught(ITEM, cells, lambda: cells) == []
    cells[1].outputs = [nbformat.v4.new_output("stream", text="4.67\n")]
    assert untaught(ITEM, cells, lambda: cells) == []


def test_formula_is_found_however_it_is_spaced():
    item = ITEM | {"shows": r"g(z)(1 - g(z)); 1 if z > 0"}
    cells = lesson_cells(("## A. B?\n$g(z)\\,(1 - g(z))$, $1$ if\n$z > 0$", ["D1-01"]))
    assert untaught(item, cells, never) == []


def make_deck(tmp_path, body):
    text = f"---\ntitle: T\nlesson: 01_topic\n---\n\n# T\n\n## Deep learning\n{body}\n"
    path = tmp_path / "01_topic.md"
    path.write_text(text, encoding="utf-8")
    return slides_builder.load().read_deck(path)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("<!-- slide: ids=D1-01 -->\n4.67", []),
        ("<!-- slide: ids=D1-02 -->\n4.67", ["deep learning", "4.67"]),
        ("<!-- slide: ids=D1-01 -->\nText.\n\nNotes:\n4.67", ["4.67"]),
        ('<!-- slide: ids=D1-01 -->\n```python tags=["setup"]\nx = 4.67\n```', ["4.67"]),
        ('<!-- slide: ids=D1-01 -->\n```python\nshow("x is "\n     "4.67")\n```', []),
    ],
)
def test_slide_shows_what_its_item_says(tmp_path, body, left):
    deck = make_deck(tmp_path, body)
    assert unshown(ITEM, deck, lambda: deck) == left


def test_number_that_a_slide_computes_counts(tmp_path):
    deck = make_deck(tmp_path, "<!-- slide: ids=D1-01 -->\n```python\nround(14 / 3, 2)\n```")
    output = nbformat.v4.new_output("execute_result", data={"text/plain": "4.67"})
    deck.slides[-1].cells[0].outputs = [output]
    assert unshown(ITEM, deck, lambda: deck) == []
