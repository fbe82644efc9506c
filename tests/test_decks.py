"""Every deck as the room sees it: each slide in headless Chromium, its PDF, its speaker view."""

import csv
import re

import pytest
import slides_builder

build = slides_builder.load()
DECKS = {path.stem: path for path in build.find_decks()}
SMALLEST_TEXT = 24  # pixels at 1280×720
SMALLEST_LABEL = 18  # pixels of the letters in a live picture
SMALLEST_PICTURE = 0.9  # of the size it was made for: smaller, and its letters are too
MINUTES = (40, 60)


@pytest.fixture(scope="session")
def pages(tmp_path_factory, executed_deck):
    """Write the page of each deck when it is first asked for; return a function name -> page."""
    folder = tmp_path_factory.mktemp("decks")

    def page_of(name):
        page = folder / f"{name}.html"
        if not page.exists():
            page.write_text(build.render_page(executed_deck(name)), encoding="utf-8", newline="\n")
        return page

    return page_of


@pytest.fixture(params=list(DECKS))
def name(request):
    return request.param


@pytest.fixture
def deck(name):
    return build.read_deck(DECKS[name])


@pytest.fixture
def shown(page, pages, name):
    """The deck in a page of 1280×720; whatever the test did, nothing may have gone wrong in it."""
    open_deck(page, pages(name))
    yield page
    assert page.problems == []


def open_deck(page, path):
    page.goto(path.as_uri())
    page.wait_for_function("Reveal.isReady() && document.fonts.status === 'loaded'")


def each_slide(page):
    """Go through the slides with all their fragments shown; yield the number of each."""
    for index in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({index}, 0, 1000)")
        yield index + 1


def go_to_first(page, selector):
    """Turn to the first slide that holds `selector`; return it there."""
    index = page.evaluate(
        "selector => Reveal.getSlides().findIndex(slide => slide.querySelector(selector))", selector
    )
    assert index >= 0, f"no {selector} in this deck"
    page.evaluate(f"Reveal.slide({index}, 0, 1000)")
    return page.locator(f"section.present {selector}").first


# What the deck says


def test_a_deck_takes_40_to_60_minutes(deck):
    assert MINUTES[0] <= deck.minutes <= MINUTES[1]


def test_every_slide_has_minutes_and_notes(deck):
    for slide in deck.slides:
        place = build.describe_place(deck.path, slide, slide.line)
        notes = " ".join(text.markdown for text in slide.notes)
        assert slide.minutes, f"{place}: no minutes"
        assert len(notes.split()) >= 5, f"{place}: notes say what to ask the room"


def test_the_first_slide_after_the_title_gives_the_goals(deck):
    goals = deck.slides[1]
    text = "\n".join(block.markdown for block in goals.blocks if isinstance(block, build.Text))
    assert re.search(r"\b(you can|able to)\b", goals.heading + text, flags=re.IGNORECASE)
    assert len(re.findall(r"^[-+*] ", text, flags=re.MULTILINE)) >= 3


def test_the_last_slide_points_to_the_notebook(deck):
    last = deck.slides[-1]
    text = "\n".join(block.markdown for block in last.blocks if isinstance(block, build.Text))
    assert re.search("notebook|course.py lab", last.heading + text)


def test_the_lesson_of_the_deck_is_its_own(deck):
    assert deck.lesson == deck.path.stem
    assert (build.PROJECT / "notebooks" / f"{deck.lesson}.ipynb").is_file()


def test_syllabus_ids_exist(deck):
    with open(build.PROJECT / "notebooks" / "syllabus.csv", encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    wrong = [(slide.heading, id) for slide in deck.slides for id in slide.ids if id not in known]
    assert wrong == []


# What the room sees

LAYOUT_FAULTS = """([smallestText, smallestLabel, smallestPicture]) => {
  const faults = new Set();
  const frame = Reveal.getCurrentSlide().querySelector(".frame");
  const edge = frame.getBoundingClientRect();
  const floor = frame.querySelector(".footer").getBoundingClientRect().top;
  const hidden = ".unseen, .footer, option, style, script, details:not([open]) > :not(summary)";
  const raised = "sub, sup, msub, msup, msubsup, munder, mover, munderover, mfrac";
  const isShown = (element) => element.checkVisibility() && !element.closest(hidden);
  const say = (element, what) => {
    const text = element.textContent.trim() || element.alt || "";
    faults.add(`<${element.localName}> ${what}: ${text.slice(0, 40)}`);
  };

  const checkBox = (element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) return;
    if (box.left < edge.left - 1 || box.right > edge.right + 1) say(element, "is too wide");
    if (box.top < edge.top - 1 || box.bottom > floor + 1) say(element, "is too high");
    const style = getComputedStyle(element);
    const hides = style.overflowX !== "visible" && !element.closest("svg");
    if (hides && element.scrollWidth > element.clientWidth + 1) say(element, "is cut off right");
    if (hides && element.scrollHeight > element.clientHeight + 1) say(element, "is cut off below");
    if (element.localName === "img") checkPicture(element, box);
  };
  const checkPicture = (image, box) => {
    const fit = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
    const scale = 2 * fit; // pictures are made with twice the pixels
    if (scale < smallestPicture) say(image, `is shown at ${Math.round(100 * scale)} % of its size`);
    if (!image.alt.trim()) say(image, "has no text alternative");
  };
  const checkLetters = (element) => {
    const drawn = element.closest("svg");
    if (element.closest(raised)) return;
    let size = parseFloat(getComputedStyle(element).fontSize);
    if (drawn) size *= element.getScreenCTM().a;
    const smallest = element.closest(".live") ? smallestLabel : smallestText;
    if (size < smallest - 0.05) say(element, `has letters of ${size.toFixed(1)} pixels`);
  };

  [...frame.querySelectorAll("*")].filter(isShown).forEach(checkBox);
  const walker = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !isShown(element)) continue;
    checkLetters(element);
    const raw = /\\$.*\\$|\\{\\{|\\*\\*/.test(walker.currentNode.textContent);
    if (raw && !element.closest("pre, code")) say(element, "shows its source");
  }
  return [...faults];
}"""


def find_faults(page):
    """Return what is cut off, too small or without a text on the current slide."""
    return page.evaluate(LAYOUT_FAULTS, [SMALLEST_TEXT, SMALLEST_LABEL, SMALLEST_PICTURE])


def test_no_slide_overflows_and_all_is_legible(shown):
    faults = {number: found for number in each_slide(shown) if (found := find_faults(shown))}
    assert faults == {}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<div style='min-height: 700px'>high</div>", "is too high"),
        ("<div style='width: 1300px'>wide</div>", "is too wide"),
        ("`" + "x" * 120 + "`", "is too wide"),
        ("```text\n" + "x" * 120 + "\n```", "is cut off right"),
        ("```text\n" + "x\n" * 30 + "\n```", "is too high"),
        ("$ x$ and $y $", "shows its source"),
        ("<p style='font-size: 20px'>small</p>", "has letters of 20.0 pixels"),
    ],
)
def test_faults_are_found(page, tmp_path, body, fault):
    text = f"---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n## Two\n\n{body}\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    open_deck(page, build.build_deck(tmp_path / "01_t.md", tmp_path))
    page.evaluate("Reveal.slide(1)")
    assert any(fault in found for found in find_faults(page))


def test_axe_finds_no_violation_on_any_slide(shown):
    from axe_playwright_python.sync_playwright import Axe

    faults = {}
    for number in each_slide(shown):
        violations = Axe().run(shown).response["violations"]
        for rule in violations:
            faults.setdefault(number, []).append((rule["id"], rule["nodes"][0]["html"][:150]))
    assert faults == {}


def test_keys_turn_slides_and_show_the_overview(shown):
    shown.keyboard.press("ArrowRight")
    assert shown.evaluate("Reveal.getIndices().h") == 1
    shown.keyboard.press("o")
    assert shown.evaluate("Reveal.isOverview()")
    shown.keyboard.press("Escape")
    assert not shown.evaluate("Reveal.isOverview()")


def test_slides_are_numbered(shown):
    count = shown.evaluate("Reveal.getTotalSlides()")
    for number in each_slide(shown):
        footer = shown.locator("section.present .footer").inner_text()
        assert f"{number} / {count}" in footer


def test_the_speaker_view_has_notes_clock_and_next_slide(shown, deck):
    with shown.context.expect_page() as opened:
        shown.keyboard.press("s")
    speaker = opened.value
    speaker.wait_for_function("document.querySelector('.speaker-controls-notes .value').innerText")
    assert "1 min" in speaker.inner_text(".speaker-controls-notes")
    assert re.search(r"\d\d:\d\d", speaker.inner_text(".speaker-controls-time"))
    assert "PACING" in speaker.inner_text(".speaker-controls-time").upper()
    speaker.wait_for_function("document.querySelectorAll('iframe').length === 2")
    upcoming = speaker.locator("#upcoming-slide iframe").element_handle().content_frame()
    upcoming.wait_for_function("window.Reveal?.isReady()")
    heading = upcoming.locator("section.present h2").inner_text()
    assert heading == shown.evaluate("Reveal.getSlides()[1].querySelector('h2').innerText")
    speaker.keyboard.press("ArrowRight")
    shown.wait_for_function("Reveal.getIndices().h === 1")


# Live pictures

SIZES = [(1280, 720), (1920, 1080), (900, 700)]


@pytest.fixture
def perceptron(page, pages):
    """The deck with sliders."""
    open_deck(page, pages("01_perceptron"))
    yield page
    assert page.problems == []


@pytest.mark.parametrize("size", SIZES)
def test_a_slider_follows_the_mouse_at_every_size(perceptron, size):
    perceptron.set_viewport_size({"width": size[0], "height": size[1]})
    slider = go_to_first(perceptron, ".live input[type=range]")
    box = slider.bounding_box()
    perceptron.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    perceptron.mouse.down()
    for share in (0.2, 0.8):
        perceptron.mouse.move(
            box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=4
        )
        low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
        value = (float(slider.input_value()) - low) / (high - low)
        assert abs(value - share) < 0.06
    perceptron.mouse.up()


def test_keys_on_a_slider_move_it_and_turn_no_slide(perceptron):
    slider = go_to_first(perceptron, ".live input[type=range]")
    before, place = slider.input_value(), perceptron.evaluate("Reveal.getIndices().h")
    slider.focus()
    for key in ("ArrowRight", "ArrowUp", "End", "Home", "Space", "o", "b"):
        slider.press(key)
    slider.press("ArrowRight")
    assert perceptron.evaluate("Reveal.getIndices().h") == place
    assert not perceptron.evaluate("Reveal.isOverview() || Reveal.isPaused()")
    assert slider.input_value() != before


def test_a_remote_turns_the_slide_even_from_a_slider(perceptron):
    slider = go_to_first(perceptron, ".live input[type=range]")
    place = perceptron.evaluate("Reveal.getIndices().h")
    slider.press("PageDown")
    assert perceptron.evaluate("Reveal.getIndices().h") == place + 1
    perceptron.keyboard.press("PageUp")
    assert perceptron.evaluate("Reveal.getIndices().h") == place


def test_escape_hands_the_keys_back_to_the_deck(perceptron):
    slider = go_to_first(perceptron, ".live input[type=range]")
    place = perceptron.evaluate("Reveal.getIndices().h")
    slider.press("Escape")
    perceptron.keyboard.press("ArrowRight")
    assert perceptron.evaluate("Reveal.getIndices().h") == place + 1


@pytest.mark.parametrize("size", SIZES)
def test_an_example_follows_the_mouse_at_every_size(perceptron, size):
    perceptron.set_viewport_size({"width": size[0], "height": size[1]})
    point = go_to_first(perceptron, '.live svg [aria-label^="example 1,"]')
    box = point.bounding_box()
    start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    perceptron.mouse.move(*start)
    perceptron.mouse.down()
    perceptron.mouse.move(start[0] - 40, start[1] + 40, steps=4)
    perceptron.mouse.up()
    box = point.bounding_box()
    assert abs(box["x"] + box["width"] / 2 - start[0] + 40) < 6  # it moves in steps
    assert abs(box["y"] + box["height"] / 2 - start[1] - 40) < 6
    perceptron.keyboard.press("PageDown")  # the presenter's remote, after the mouse
    assert perceptron.evaluate("Reveal.getCurrentSlide().querySelector('.live svg') === null")


@pytest.mark.parametrize("size", SIZES)
def test_a_stroke_lands_under_the_mouse_at_every_size(page, pages, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_deck(page, pages("00_welcome"))
    pad = go_to_first(page, ".live canvas")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.7 * box["height"], steps=8)
    page.mouse.up()
    darkest = """canvas => {
      const {width, height} = canvas;
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      let [sum, count] = [0, 0];
      for (let i = 0; i < width * height; i++) {
        const isInk = pixels[4 * i + 3] > 128 && pixels[4 * i] < 100;
        if (isInk) { sum += (i % width) / width; count += 1; }
      }
      return sum / count;
    }"""
    assert abs(pad.evaluate(darkest) - 0.75) < 0.02 and page.problems == []


# The print


def test_the_pdf_has_one_page_a_slide_tags_and_an_outline(browser, pages, name, deck, tmp_path):
    pdf = tmp_path / "deck.pdf"
    build.print_page(browser, pages(name), pdf)
    content = pdf.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == len(deck.slides)
    assert set(re.findall(rb"/MediaBox \[([^\]]*)\]", content)) == {b"0 0 960 540"}  # points
    assert b"/StructTreeRoot" in content and b"/Outlines" in content


def test_the_index_is_accessible_and_local(page, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    for name in DECKS:
        (tmp_path / f"{name}.html").touch()
        (tmp_path / f"{name}.pdf").touch()
    page.goto(build.write_index(DECKS.values(), tmp_path).as_uri())
    assert page.locator("tbody a").count() == 2 * len(DECKS)
    assert Axe().run(page).response["violations"] == [] and page.problems == []
