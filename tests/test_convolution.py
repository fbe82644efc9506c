"""The convolution: its numbers against Keras and between its two languages, arguments and hands."""

import itertools
import json
import re

import numpy as np
import pytest
import test_decks
from test_explorables import load_module, open_page

from course_utils import explorables
from course_utils.explorables import KERNELS, Convolution
from course_utils.explorables.convolution_model import (
    Settings,
    apply,
    check,
    find_problem,
    make_axes,
    read_state,
    write_call,
    write_number,
    write_state,
    write_sums,
)

EIGHT = np.arange(64).reshape(8, 8) % 17
NUMBERS = [0, -0.0, -0.001, 0.5, -1.25, 99.999, 0.1 + 0.2, 1e5, 1 / 3, -2 / 3, 0.004, 0.005, 255]
GEOMETRIES = [
    (padding, stride, dilation)
    for padding, stride, dilation in itertools.product(
        ("valid", "same"), (1, 2, 3, 4, 5), (1, 2, 3)
    )
    if stride == 1 or dilation == 1
]


def make_colour(rows=6, columns=7, seed=0):
    """Return a small picture of three channels."""
    return np.random.default_rng(seed).integers(0, 10, (rows, columns, 3))


def make_photo(rows=40, columns=60, channels=3, seed=0):
    """Return a picture of uint8 with edges and noise."""
    random = np.random.default_rng(seed)
    photo = random.integers(0, 60, (rows, columns, channels))
    photo[10:30, 15:40] += 150
    return photo.astype(np.uint8)[..., 0] if channels == 1 else photo.astype(np.uint8)


def settings_of(**values):
    """Return settings that fit together."""
    return check(Settings(**values))


def make_cases(count=140, seed=1):
    """Return pictures and settings of many kinds for which the window finds a place."""
    random = np.random.default_rng(seed)
    cases = []
    while len(cases) < count:
        padding, stride, dilation = GEOMETRIES[len(cases) % len(GEOMETRIES)]
        channels = int(random.choice((1, 3)))
        picture = random.normal(0, 5, (*random.integers(1, 13, 2), channels))
        mode = str(
            random.choice(("convolution", "max pooling", "average pooling"), p=(0.6, 0.2, 0.2))
        )
        shape = random.integers(1, 6, 2)
        shape = (channels, *shape) if random.random() < 0.5 and channels == 3 else shape
        kernel = random.normal(0, 1, shape).tolist()
        settings = settings_of(
            mode=mode,
            kernel=kernel if random.random() < 0.7 else str(random.choice(list(KERNELS))),
            flip=bool(random.random() < 0.4),
            pool_size=int(random.integers(1, 6)),
            padding=padding,
            stride=stride,
            dilation=dilation if mode == "convolution" else 1,
            bias=float(random.choice((0, 1.5, -0.25))),
            per_channel=bool(random.random() < 0.4),
        )
        if not find_problem(make_axes(picture.shape, settings)):
            cases.append((picture, settings))
    return cases


CASES = make_cases()


def for_the_browser(picture, kind="image"):
    """Return a picture as the engine takes it."""
    rows, columns, channels = picture.shape
    planes = [picture[..., channel].ravel().tolist() for channel in range(channels)]
    size = {"rows": rows, "columns": columns, "channels": channels}
    return size | {"planes": planes, "name": "p", "kind": kind}


def apply_in_keras(picture, settings):
    """Return what Keras makes of a picture, shape (rows, columns, channels)."""
    import keras

    batch = picture[None].astype("float32")
    options = {"strides": settings.stride, "padding": settings.padding, "data_format": None}
    if settings.mode == "max pooling":
        return keras.ops.convert_to_numpy(keras.ops.max_pool(batch, settings.pool_size, **options))[
            0
        ]
    if settings.mode == "average pooling":
        return keras.ops.convert_to_numpy(
            keras.ops.average_pool(batch, settings.pool_size, **options)
        )[0]
    kernel = KERNELS[settings.kernel] if isinstance(settings.kernel, str) else settings.kernel
    planes = np.array(kernel, dtype="float32")
    if planes.ndim == 2:
        planes = np.stack([planes] * picture.shape[2])
    if settings.flip:
        planes = np.flip(planes, (1, 2))
    weights = planes.transpose(1, 2, 0)[..., None]
    options["dilation_rate"] = settings.dilation
    if settings.per_channel:
        parts = [
            keras.ops.conv(batch[..., [c]], weights[:, :, [c]], **options)
            for c in range(picture.shape[2])
        ]
        result = np.concatenate([keras.ops.convert_to_numpy(part) for part in parts], axis=-1)
    else:
        result = keras.ops.convert_to_numpy(keras.ops.conv(batch, weights, **options))
    return result[0] + settings.bias


# --- Mathematics --------------------------------------------------------------------------------


def test_every_case_agrees_with_keras():
    for picture, settings in CASES:
        expected = apply_in_keras(picture, settings)
        got = apply(picture, settings)
        assert got.shape == expected.shape, settings
        np.testing.assert_allclose(got, expected, atol=1e-4, err_msg=str(settings))


def test_every_case_agrees_in_the_browser(page):
    load_module(page, "convolution_engine")
    results = page.evaluate(
        """(cases) => cases.map(([picture, line, places]) => {
            const settings = module.readState(line);
            const result = module.apply(picture, settings);
            const axes = module.makeAxes(picture, settings);
            const sums = places.map(([row, column]) => module.writeSums(
                module.lookThrough(picture, axes, row, column), settings, result, row, column));
            return {
                rows: result.rows, columns: result.columns, sums,
                planes: result.planes.map((plane) => [...plane]),
                line: module.writeState(settings),
                call: module.writeCall(settings, axes, picture.channels),
                formulas: axes.map((axis) => module.writeFormula("height", axis)),
                problem: module.findProblem(picture, settings),
                padding: axes.map((axis) => [axis.before, axis.after]),
            };
        })""",
        [
            [for_the_browser(picture), write_state(settings), places_of(picture, settings)]
            for picture, settings in CASES
        ],
    )
    for (picture, settings), got in zip(CASES, results, strict=True):
        expected = apply(picture, settings)
        planes = np.array(got["planes"]).reshape(-1, got["rows"], got["columns"])
        np.testing.assert_allclose(planes.transpose(1, 2, 0), expected, atol=1e-9)
        axes = make_axes(picture.shape, settings)
        assert got["line"] == write_state(settings) and got["problem"] == ""
        assert got["call"] == write_call(settings, axes, picture.shape[2])
        assert got["formulas"] == [axis.formula("height") for axis in axes]
        assert got["padding"] == [[axis.before, axis.after] for axis in axes]
        for lines, place in zip(got["sums"], places_of(picture, settings), strict=True):
            assert lines == write_sums(picture, settings, *place)


def places_of(picture, settings):
    """Return the first and the last place of the window."""
    height, width = make_axes(picture.shape, settings)
    return [[0, 0], [height.output - 1, width.output - 1]]


@pytest.mark.parametrize(("padding", "stride", "dilation"), GEOMETRIES)
def test_the_formula_is_right_for_every_size(padding, stride, dilation):
    for cells, size in itertools.product(range(1, 14), range(1, 6)):
        settings = settings_of(
            padding=padding, stride=stride, dilation=dilation, kernel=[[1] * size] * size
        )
        axis = make_axes((cells, cells), settings)[0]
        places = range(-axis.before, cells + axis.after - axis.span + 1, stride)
        assert axis.output == len(places)
        if padding == "same":
            assert axis.output == -(-cells // stride)
            assert 0 <= axis.after - axis.before <= 1
        assert axis.formula("height").endswith(f"= {axis.output}") or not axis.output


def test_the_sums_show_every_product():
    picture = np.array([[1, 2], [3, 4.5]])[..., None]
    settings = settings_of(kernel=[[1, -1], [0.5, 1 / 3]], bias=-2)
    assert write_sums(picture, settings, 0, 0) == [
        "sum of the products: 1 + (−2) + 1.5 + 1.5 = 2",
        "output[0, 0] = 2 − bias 2 = 0",
    ]
    settings = settings_of(mode="average pooling", padding="same", stride=2)
    assert write_sums(picture[:1], settings, 0, 0) == ["output[0, 0] = (1 + 2) / 2 = 1.5"]
    settings = settings_of(mode="max pooling", stride=2)
    assert write_sums(picture, settings, 0, 0) == ["output[0, 0] = max(1, 2, 3, 4.5) = 4.5"]
    colour = np.ones((1, 1, 3)) * [1, 2, 3]
    assert write_sums(colour, settings_of(kernel=[[2]], bias=1), 0, 0) == [
        "red: 2 = 2",
        "green: 4 = 4",
        "blue: 6 = 6",
        "output[0, 0] = 2 + 4 + 6 + bias 1 = 13",
    ]
    lines = write_sums(colour, settings_of(kernel=[[1 / 3]], per_channel=True), 0, 0)
    assert lines[0] == "red: 0.33 ≈ 0.33; + bias 0: output[0, 0, 0] ≈ 0.33"


def test_numbers_are_written_the_same_in_both_languages(page):
    load_module(page, "convolution_engine")
    numbers = [*NUMBERS, *np.random.default_rng(0).normal(0, 50, 300).tolist()]
    written = page.evaluate("(numbers) => numbers.map(module.write)", numbers)
    assert written == [write_number(number) for number in numbers]
    assert written[:6] == ["0", "0", "0", "0.5", "−1.25", "100"]


def test_the_kernels_are_the_same_in_both_languages(page):
    load_module(page, "convolution_engine")
    assert page.evaluate("() => module.KERNELS") == KERNELS
    defaults = page.evaluate("() => module.DEFAULTS")
    assert defaults == json.loads(json.dumps(vars(Settings())))


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (1, "1"), (-2, "−2"), (0.5, "0.5"), (1 / 9, "1/9"), (-1 / 9, "−1/9"), (1 / 25, "0.04"),
        (1 / 16, "1/16"), (1 / 8, "1/8"), (2 / 3, "2/3"), (0.12345, "0.1235"), (0, "0"),
        (-0.00001, "0"),
    ],
)  # fmt: skip
def test_a_weight_is_written_as_somebody_would(page, weight, text):
    load_module(page, "convolution_engine")
    assert page.evaluate("(weight) => module.writeWeight(weight)", weight) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), (" −0.5 ", -0.5), ("-.5", -0.5), ("1/9", 1 / 9), ("−1 / 4", -0.25), ("+3.", 3)],
)
def test_a_typed_number_is_read(page, text, number):
    load_module(page, "convolution_engine")
    assert page.evaluate("(text) => module.readNumber(text, 100)", text) == pytest.approx(number)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abc", "“abc” is no number: write 2, −0.5 or 1/9"),
        ("0,5", "write 0.5 with a point"),
        ("", "there is no number"),
        ("1/0", "divides by zero"),
        ("101", "101 is too large: at most 100"),
        ("1e5", "no number"),
        ("NaN", "no number"),
    ],
)
def test_what_is_no_number_is_explained(page, text, message):
    load_module(page, "convolution_engine")
    said = page.evaluate(
        "(text) => { try { module.readNumber(text, 100); } catch (e) { return e.message; } }", text
    )
    assert message in said


# --- Python -------------------------------------------------------------------------------------


def test_what_is_shown_can_be_read():
    picture = Convolution(EIGHT, padding="same", stride=2)
    assert picture.output_shape == (4, 4) == picture.output.shape
    np.testing.assert_array_equal(picture.kernel, KERNELS["sobel x"])
    colour = Convolution(make_colour(), [[1, 2]], per_channel=True, flip=True)
    assert colour.output.shape == (6, 6, 3) and colour.kernel.shape == (1, 2, 3)
    assert colour.kernel[0, :, 0].tolist() == [2, 1]
    assert Convolution(make_colour()).output.shape == (4, 5)
    photo = make_photo()
    assert Convolution(photo=photo, kernel="identity").output.shape == (38, 58)
    twice = Convolution({"a": EIGHT, "b": EIGHT[:5]}, photo=photo)
    twice.state = '{"image":"b"}'
    assert twice.output_shape == (3, 6)
    twice.state = '{"view":"photo"}'
    assert twice.output_shape == (38, 58)


def test_sobel_finds_the_upright_edge():
    example = Convolution()
    assert example.output[0].tolist() == [0, 36, 36, 0, 0, 0]
    example.state = '{"flip":true}'
    assert example.output[0].tolist() == [0, -36, -36, 0, 0, 0]


def test_keras_defaults_of_the_stride():
    assert Convolution().settings.stride == 1
    assert Convolution(mode="max pooling", pool_size=3).settings.stride == 3
    assert Convolution(mode="average pooling", stride=1).settings.stride == 1


def test_photos_of_numbers_from_0_to_1_are_brought_to_uint8():
    grey = np.linspace(0, 1, 12).reshape(3, 4)
    output = Convolution(photo=grey, kernel=[[1]]).output
    np.testing.assert_array_equal(output, np.floor(grey * 255 + 0.5))
    assert Convolution(photo=np.eye(4, dtype=bool), kernel=[[1]]).output.max() == 255
    assert Convolution(photo=np.full((3, 3), 200), kernel=[[1]]).output.max() == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image": []}, "must have shape"),
        ({"image": np.zeros((0, 4))}, "is empty, shape (0, 4)"),
        ({"image": [[1, 2], [3]]}, "rows of different lengths"),
        ({"image": "cat.png"}, "A file is read by plt.imread"),
        ({"image": [["a"]]}, "must hold numbers"),
        ({"image": [[1, None]]}, "must hold numbers"),
        ({"image": np.zeros((4, 4, 4))}, "alpha (how opaque it is)"),
        ({"image": np.zeros((4, 4, 4))}, "picture[..., :3]"),
        ({"image": np.zeros((4, 4, 2))}, "picture[..., :1]"),
        ({"image": np.zeros((2, 8, 8, 1))}, "batch[0]"),
        ({"image": np.zeros((5, 8, 8))}, "got (5, 8, 8)"),
        ({"image": np.zeros((13, 8))}, "too large to read its numbers: 13 × 8"),
        ({"image": np.zeros((9, 9, 3))}, "as photo=…"),
        ({"image": np.full((3, 3), 1000)}, "from −999 to 999, got one of 1000"),
        ({"image": [[1, np.nan], [np.inf, 2]]}, "2 times NaN or infinity"),
        ({"image": {}}, "1 to 6 pictures"),
        ({"image": {3: EIGHT}}, "a picture's name"),
        ({"image": {"": EIGHT}}, "a picture's name"),
        ({"photo": np.zeros((257, 100))}, "Take every 2th pixel: photo[::2, ::2]"),
        ({"photo": np.zeros((20, 20, 4), dtype=np.uint8)}, "alpha"),
        ({"photo": np.full((9, 9), 2.5)}, "Scale it: photo / photo.max()"),
        ({"photo": np.full((9, 9), -1)}, "uint8 (0 to 255)"),
        ({"photo": np.zeros((0, 0))}, "photo is empty"),
        ({"kernel": "sobel"}, "identity, box blur"),
        ({"kernel": "own"}, "identity, box blur"),
        ({"kernel": np.zeros((6, 6))}, "got (6, 6)"),
        ({"kernel": np.zeros((3, 3, 4))}, "got (3, 3, 4)"),
        ({"kernel": np.zeros((3, 3, 3))}, "the kernel has 3 channels, the picture 1"),
        ({"kernel": [1, 2]}, "got (2,)"),
        ({"kernel": []}, "must have shape"),
        ({"kernel": [[1, np.nan]]}, "from −100 to 100"),
        ({"kernel": [[101]]}, "from −100 to 100"),
        ({"kernel": [["x"]]}, "or numbers of shape"),
        ({"kernel": None}, "kernel must"),
        ({"mode": "pooling"}, "mode must be one of convolution, max pooling"),
        ({"padding": "full"}, "padding must be one of valid, same; got 'full'"),
        ({"padding": 1}, "padding must be one of"),
        ({"stride": 0}, "stride must be a whole number from 1 to 5, got 0"),
        ({"stride": -1}, "stride must be"),
        ({"stride": 1.5}, "stride must be"),
        ({"stride": (1, 2)}, "stride must be"),
        ({"stride": True}, "stride must be"),
        ({"dilation": 0}, "dilation must be a whole number from 1 to 3, got 0"),
        ({"dilation": 2, "stride": 2}, "Keras refuses stride > 1 together with dilation > 1"),
        ({"dilation": 2, "mode": "max pooling"}, "pooling has no dilation"),
        ({"pool_size": 0}, "pool_size must be"),
        ({"bias": np.nan}, "bias must be a finite number"),
        ({"bias": "much"}, "bias must be"),
        ({"bias": 1e6}, "bias must be a number from"),
        ({"flip": "yes"}, "flip must be True or False"),
        ({"position": -1}, "position must be"),
        ({"view": "all"}, "view must be one of"),
        ({"view": "photo"}, "needs a picture: give photo=…"),
        ({"image": [[1, 2], [3, 4]]}, "reaches over 3 × 3 cells, the picture has only 2 × 2"),
        ({"image": EIGHT[:5], "dilation": 3}, "reaches over 7 × 7 cells"),
        ({"image": [[1]], "mode": "max pooling"}, "Choose padding “same”"),
    ],
)
def test_bad_arguments_are_explained(arguments, message):
    given = {} if "photo" in arguments else {"image": EIGHT}
    with pytest.raises(ValueError, match=re.escape(message)):
        Convolution(**{**given, **arguments})


@pytest.mark.parametrize(
    "state",
    [
        "", "{", "[]", "3", "null", '{"nothing":1}', '{"stride":0}', '{"stride":"2"}',
        '{"stride":2,"dilation":2}', '{"kernel":"x"}', '{"kernel":[]}', '{"kernel":[[]]}',
        '{"kernel":[[1],[1,2]]}', '{"kernel":[[1,"a"]]}', '{"kernel":[[NaN]]}', '{"kernel":[1]}',
        '{"kernel":{"0":1}}', '{"kernel":[[[1]],[[1]]]}', '{"kernel":[[[1]],[[1]],[1]]}',
        '{"kernel":[[1],3]}', '{"kernel":null}', '{"kernel":[[1e999]]}', '{"bias":"x"}',
        '{"bias":null}', '{"position":-1}', '{"position":1.5}', '{"place":3}', '{"place":[1]}',
        '{"place":[1,"x"]}', '{"image":"x"}', '{"photo":"x"}', '{"view":"photo"}', '{"flip":1}',
        '{"mode":"max pooling","dilation":2}', '{"drawn":"x"}', '{"pool_size":9}', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_hostile_state_changes_nothing(page, state):
    picture = Convolution(EIGHT, position=3)
    before = picture.state
    with pytest.raises(ValueError):
        picture.state = state
    assert picture.state == before
    load_module(page, "convolution_engine")
    refused = page.evaluate(
        """([line, pictures]) => {
            try { module.readState(line, pictures); } catch (e) { return e.message; }
        }""",
        [state, [for_the_browser(EIGHT[..., None]) | {"name": "picture"}]],
    )
    assert refused, state


def test_the_window_may_be_too_large_for_a_while():
    picture = Convolution(EIGHT)
    picture.state = '{"kernel":"wide box blur","dilation":3}'
    assert picture.output_shape == (0, 0)
    with pytest.raises(ValueError, match="reaches over 13 × 13"):
        _ = picture.output
    assert "no place for it" in picture.describe() and picture.draw_static()


def test_the_state_is_short_and_restores_itself():
    first = Convolution({"a": EIGHT, "b": EIGHT[:6]}, photo=make_photo())
    assert first.state == "{}"
    first.state = '{"image":"b","kernel":[[[1]],[[2]],[[3]]],"stride":3,"bias":0.5,"place":[2,3]}'
    with pytest.raises(ValueError):  # a kernel of three channels on a grey picture
        _ = first.output
    first.state = write_state(read_state('{ "kernel": "emboss", "stride": 1, "position": 9 }'))
    assert first.state == '{"kernel":"emboss","position":9}'


def test_what_the_browser_sends_arrives():
    picture = Convolution(EIGHT)
    picture.set_state({"state": '{"kernel":[[0.5,1]],"position":7}'})
    assert picture.settings.position == 7 and picture.kernel.tolist() == [[0.5, 1]]


def test_pictures_are_not_to_be_assigned():
    with pytest.raises(Exception, match="read-only"):
        Convolution().pictures = []


def test_the_picture_is_told_in_words():
    words = Convolution(EIGHT, padding="same", stride=2, position=5, flip=True).describe()
    for part in (
        "Convolution over 8 × 8 numbers: a window of 3 × 3 (sobel x, turned by 180°)",
        'padding "same", stride 2, dilation 1',
        "height = ⌊(8 + 1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 4",
        "output[1, 1] =",
        'keras.layers.Conv2D(1, 3, strides=2, padding="same")',
    ):
        assert part in words, words
    words = Convolution(make_colour(), mode="max pooling").describe()
    assert "Max pooling over 6 × 7 numbers in red, green and blue" in words
    assert "keras.layers.MaxPooling2D(2, strides=2" in words


@pytest.mark.parametrize(
    "arguments",
    [
        {"image": EIGHT},
        {"image": EIGHT, "mode": "average pooling"},
        {"image": make_colour(), "padding": "same", "position": 5},
        {"image": make_colour(), "per_channel": True, "kernel": np.ones((2, 3, 3))},
        {"photo": make_photo(), "kernel": "wide box blur"},
        {"photo": make_photo(channels=1), "kernel": "laplacian", "stride": 3},
        {"image": np.zeros((3, 3))},
    ],
)
def test_static_pictures_are_drawn(arguments, course_style):
    picture = Convolution(**arguments)
    assert len(picture.draw_static().axes) == 3
    assert not re.search("nan|inf", picture.describe())


# --- Hands in the browser -----------------------------------------------------------------------


def open_convolution(page, *arguments, style="", **keywords):
    """Show one convolution and return it."""
    picture = Convolution(*arguments, **keywords)
    open_page(page, picture.embed(), style=style)
    return picture


def shown_output(page):
    """Return the numbers of the output that are filled in."""
    texts = page.locator("svg.target text").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts if text]


def choose(page, label, value):
    page.get_by_label(label, exact=True).locator("visible=true").select_option(str(value))


def test_every_step_shows_numpys_number(page):
    picture = open_convolution(page, EIGHT)
    output = picture.output.ravel().tolist()
    slider = page.get_by_role("slider", name="position")
    slider.focus()
    for position in range(36):
        row, column = divmod(position, 6)
        assert shown_output(page) == output[: position + 1]
        products = page.locator("td .product").all_text_contents()
        values = [float(text.replace("−", "-").lstrip("=≈ ")) for text in products]
        expected = EIGHT[row : row + 3, column : column + 3] * np.array(KERNELS["sobel x"])
        assert values == expected.ravel().tolist()
        lines = page.locator(".sums p").all_text_contents()
        assert lines == write_sums(EIGHT[..., None], picture.settings, row, column)
        assert slider.get_attribute("aria-valuetext") == (
            f"output[{row}, {column}], {position + 1} of 36"
        )
        page.keyboard.press("ArrowRight")
    assert page.problems == []


def test_step_back_play_and_reset(page):
    open_convolution(page, EIGHT[:4, :4])
    names = ("Step", "Back", "Play", "Reset")
    step, back, play, reset = (page.get_by_role("button", name=name) for name in names)
    assert back.get_attribute("aria-disabled") is not None
    step.click()
    step.click()
    assert len(shown_output(page)) == 3
    back.press("Enter")
    assert len(shown_output(page)) == 2
    play.click()
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("() => document.querySelector('input[type=range]').value === '3'")
    page.get_by_role("button", name="Play").wait_for()
    assert len(shown_output(page)) == 4
    assert step.get_attribute("aria-disabled") is not None
    step.click()
    reset.click()
    assert len(shown_output(page)) == 1
    assert page.problems == []


def test_the_controls_draw_what_keras_computes(page):
    open_convolution(page, EIGHT)
    page.get_by_role("slider", name="position").press("End")
    for padding, kernel, stride in itertools.product(
        ("same", "valid"), ("laplacian", "emboss"), (1, 3)
    ):
        choose(page, "padding", padding)
        choose(page, "kernel", kernel)
        choose(page, "stride", stride)
        page.get_by_role("slider", name="position").press("End")
        settings = settings_of(padding=padding, kernel=kernel, stride=stride)
        expected = apply_in_keras(EIGHT[..., None], settings)
        assert shown_output(page) == expected.ravel().tolist()
        size = page.locator(".sizes .line").all_text_contents()
        assert size == [make_axes((8, 8), settings)[0].formula("height = width")]
        call = page.locator(".sizes code").inner_text()
        assert f'strides={stride}, padding="{padding}"' in call
    assert page.problems == []


def test_keras_rule_on_stride_and_dilation_is_said_and_kept(page):
    open_convolution(page, EIGHT)
    choose(page, "stride", 2)
    assert page.locator(".note").inner_text() == ""
    choose(page, "dilation", 2)
    assert "Keras refuses stride > 1 together" in page.locator(".note").inner_text()
    assert "stride went back from 2 to 1" in page.locator(".note").inner_text()
    assert page.get_by_label("stride").input_value() == "1"
    choose(page, "stride", 3)
    assert "dilation went back from 2 to 1" in page.locator(".note").inner_text()
    assert page.get_by_label("dilation").input_value() == "1"
    choose(page, "mode", "max pooling")
    assert page.get_by_label("stride").input_value() == "2"
    assert not page.get_by_label("dilation").is_visible()
    choose(page, "size", 3)
    assert page.get_by_label("stride").input_value() == "3"
    choose(page, "mode", "convolution")
    assert page.get_by_label("stride").input_value() == "3"  # what it was before pooling
    assert page.problems == []


def test_the_gaps_of_a_dilation_are_shown(page):
    open_convolution(page, EIGHT, dilation=2)
    assert page.locator("svg.source .tap").count() == 9
    assert page.locator("svg.source .reach").count() == 1
    bold = page.locator("svg.source text.in-window").all_text_contents()
    assert bold == [str(number) for number in EIGHT[0:5:2, 0:5:2].ravel()]


def test_padded_cells_look_different(page):
    open_convolution(page, EIGHT, padding="same")
    assert page.locator("svg.source rect.padded").count() == 100 - 64
    assert page.locator("td.padded").count() == 5
    style = "(cell) => getComputedStyle(cell).strokeDasharray"
    assert page.locator("svg.source rect.padded").first.evaluate(style) != "none"
    choose(page, "mode", "max pooling")
    choose(page, "size", 3)
    assert set(page.locator("td.padded .value").all_text_contents()) <= {"–"}


def test_a_window_without_a_place_is_explained(page):
    open_convolution(page, EIGHT, position=3)
    choose(page, "kernel", "wide box blur")
    choose(page, "dilation", 3)
    words = page.locator(".problem").inner_text()
    assert "reaches over 13 × 13 cells" in words and "padding “same”" in words
    choose(page, "padding", "same")
    assert page.locator(".problem").count() == 0
    choose(page, "padding", "valid")
    choose(page, "dilation", 1)
    assert page.locator("svg.target").count() == 1
    assert page.problems == []


def weight(page, row, column, channel=""):
    name = f"weight in row {row}, column {column}" + (f", {channel}" if channel else "")
    return page.get_by_label(name, exact=True)


def test_weights_are_typed(page):
    open_convolution(page, EIGHT)
    field = weight(page, 0, 2)
    field.fill("1/4")
    field.press("Enter")
    assert page.get_by_label("kernel", exact=True).input_value() == "own"
    assert shown_output(page)[0] == write_shortly(0.25 * EIGHT[0, 2] + sobel_rest())
    field.press("ArrowUp")
    assert field.input_value() == "1.25"
    field.press("ArrowDown")
    field.press("ArrowDown")
    assert field.input_value() == "−0.75"
    assert page.problems == []


def sobel_rest():
    kernel = np.array(KERNELS["sobel x"])
    return (EIGHT[:3, :3] * kernel).sum() - EIGHT[0, 2]


def write_shortly(number):
    return round(number, 1) if abs(number) >= 10 else number


def test_nothing_that_was_typed_is_lost(page):
    open_convolution(page, EIGHT)
    field = weight(page, 1, 1)
    field.fill("a half")
    field.press("Enter")
    note = page.locator(".note")
    assert "“a half” is no number: write 2, −0.5 or 1/9. It keeps 0." in note.inner_text()
    page.get_by_role("button", name="Step").click()
    assert field.input_value() == "a half" and field.get_attribute("aria-invalid") == "true"
    field.fill("7")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") is None and note.inner_text() == ""
    choose(page, "kernel", "laplacian")
    choose(page, "kernel", "own")
    assert weight(page, 1, 1).input_value() == "7"
    choose(page, "size", 1)
    assert page.locator("td").count() == 1 and weight(page, 0, 0).input_value() == "7"
    choose(page, "size", 3)
    assert weight(page, 0, 0).input_value() == "−1" and weight(page, 1, 2).input_value() == "2"
    choose(page, "size", 5)
    assert weight(page, 2, 2).input_value() == "7" and weight(page, 0, 0).input_value() == "0"
    assert page.problems == []


def test_the_kernel_turns(page):
    picture = open_convolution(page, EIGHT, [[1, 2], [3, 4]])
    fields = page.locator("td input")
    assert [field.input_value() for field in fields.all()] == ["1", "2", "3", "4"]
    page.get_by_label("kernel turned by 180°").check()
    assert [field.input_value() for field in fields.all()] == ["4", "3", "2", "1"]
    picture.state = '{"kernel":[[1,2],[3,4]],"flip":true}'
    assert shown_output(page) == [picture.output[0, 0]]
    weight(page, 0, 0).fill("9")
    weight(page, 0, 0).press("Enter")
    page.get_by_label("kernel turned by 180°").uncheck()
    assert [field.input_value() for field in fields.all()] == ["1", "2", "3", "9"]
    choose(page, "kernel", "laplacian")
    page.get_by_label("kernel turned by 180°").check()
    assert "nothing changes" in page.locator(".note").inner_text()


def test_each_channel_shows_its_products(page):
    picture = open_convolution(page, make_colour(), kernel="sobel y", bias=2, position=4)
    assert page.locator("svg.source").count() == 3 and page.locator("table").count() == 3
    lines = page.locator(".sums p").all_text_contents()
    assert lines == write_sums(make_colour(), picture.settings, 0, 4) and len(lines) == 4
    weight(page, 0, 0, "green").fill("5")
    weight(page, 0, 0, "green").press("Enter")
    assert weight(page, 0, 0, "red").input_value() == "−1"
    page.get_by_label("each channel by itself").check()
    assert page.locator("svg.target").count() == 3
    choose(page, "mode", "average pooling")
    assert page.locator("svg.target").count() == 3
    assert not page.get_by_label("each channel by itself").is_visible()
    assert page.problems == []


@pytest.mark.parametrize("style", ["", "transform: scale(0.7); transform-origin: 0 0"])
def test_the_window_is_dragged(page, style):
    open_convolution(page, EIGHT, style=style)
    box = page.locator("svg.source").bounding_box()
    cell = box["width"] / 8
    page.mouse.move(box["x"] + 1.5 * cell, box["y"] + 1.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 4.6 * cell, box["y"] + 3.4 * cell, steps=4)
    page.mouse.up()
    assert page.get_by_role("slider", name="position").input_value() == str(2 * 6 + 3)
    box = page.locator("svg.target").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.99, box["y"] + box["height"] * 0.99)
    assert page.get_by_role("slider", name="position").input_value() == "35"
    assert page.problems == []


def pixels_of(page, index):
    """Return a canvas of the page as an array of RGB."""
    data = (
        page.locator("canvas")
        .nth(index)
        .evaluate(
            """(canvas) => {
            const { width, height } = canvas;
            const brush = new OffscreenCanvas(width, height)
                .getContext("2d", { willReadFrequently: true });
            brush.drawImage(canvas, 0, 0);
            return [height, width, [...brush.getImageData(0, 0, width, height).data]];
        }"""
        )
    )
    return np.array(data[2]).reshape(data[0], data[1], 4)[..., :3]


def test_a_photo_is_painted_with_its_result(page):
    photo = make_photo()
    picture = open_convolution(page, photo=photo, kernel="identity", per_channel=True)
    np.testing.assert_array_equal(pixels_of(page, 0), photo)
    np.testing.assert_array_equal(pixels_of(page, 1), photo[1:-1, 1:-1])
    page.get_by_label("each channel by itself").uncheck()
    np.testing.assert_allclose(
        pixels_of(page, 1), picture_sum(photo)[..., None].repeat(3, axis=2), atol=1
    )
    assert page.locator(".scale .ends").inner_text().split("\n")[-1] == "765 or more"
    assert picture.output.shape == (38, 58, 3)
    assert page.problems == []


def picture_sum(photo):
    return photo[1:-1, 1:-1].mean(axis=2)


def test_negative_results_are_shown_as_such(page):
    photo = make_photo(channels=1)
    picture = open_convolution(page, photo=photo, kernel="sobel x")
    shown = pixels_of(page, 1).astype(int)
    output = picture.output
    strong = np.abs(output) > 300
    blueish = shown[..., 2] > shown[..., 0]
    np.testing.assert_array_equal(blueish[strong], output[strong] > 0)
    assert "Orange is negative" in page.locator(".photos").inner_text()
    choose(page, "result drawn by", "sizes")
    grey = pixels_of(page, 1)[..., 0]
    assert grey[strong].min() > grey[np.abs(output) < 50].max()
    choose(page, "result drawn by", "brightness")
    assert "lie outside" in page.locator(".photos").inner_text()
    np.testing.assert_allclose(pixels_of(page, 1)[..., 0], np.clip(output, 0, 255), atol=1)
    assert page.problems == []


def test_the_window_moves_over_a_photo(page):
    picture = open_convolution(page, photo=make_photo(), kernel="sharpen")
    for name, key in (("row", "Home"), ("column", "End")):
        page.get_by_role("slider", name=name).press(key)
    picture.state = '{"view":"photo","kernel":"sharpen","place":[0,57]}'
    lines = page.locator(".sums p").all_text_contents()
    assert lines == write_sums(make_photo().astype(float), picture.settings, 0, 57)
    choose(page, "products of", "blue")
    assert page.locator("td .value").first.inner_text() == str(make_photo()[0, 57, 2])
    weight(page, 0, 0).press("ArrowUp")
    assert page.get_by_label("kernel", exact=True).input_value() == "own"
    box = page.locator(".canvas").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.get_by_role("slider", name="column").input_value() in ("28", "29")
    assert page.problems == []


def test_views_and_pictures_are_chosen(page):
    open_convolution(
        page,
        {"a": EIGHT, "b": EIGHT[:5, :4]},
        photo={"large": make_photo(), "small": make_photo(9, 9)},
    )
    choose(page, "picture", "b")
    assert page.locator(".title").first.inner_text() == "b, 5 × 4"
    choose(page, "view", "whole picture")
    assert page.locator(".title").first.inner_text() == "large, 40 × 60"
    choose(page, "picture", "small")
    assert page.locator("canvas").nth(1).get_attribute("width") == "7"
    choose(page, "view", "numbers")
    assert page.locator(".title").first.inner_text() == "b, 5 × 4"
    assert page.problems == []


def test_a_state_is_pasted(page):
    open_convolution(page, EIGHT)
    choose(page, "padding", "same")
    page.get_by_text("Copy or paste this state").click()
    field = page.get_by_label("State")
    page.wait_for_function("(field) => field.value !== ''", arg=field.element_handle())
    assert field.input_value() == '{"padding":"same"}'
    field.fill('{"kernel":[[1,2]],"mode":"convolution","position":5}')
    field.press("Enter")
    assert page.get_by_label("size").input_value() == "1×2"
    assert len(shown_output(page)) == 6
    field.fill('{"stride":2,"dilation":2}')
    field.press("Enter")
    assert "set one of them to 1" in page.locator("details [role=status]").inner_text()
    assert len(shown_output(page)) == 6
    assert page.problems == []


FORMS = {
    "numbers": lambda: Convolution(EIGHT, padding="same", position=9),
    "dilated": lambda: Convolution(EIGHT, "wide box blur", padding="same", dilation=2),
    "colour": lambda: Convolution(make_colour(), kernel="box blur", padding="same"),
    "apart": lambda: Convolution(make_colour(), per_channel=True),
    "pooling": lambda: Convolution(EIGHT, mode="max pooling", padding="same", pool_size=3),
    "photo": lambda: Convolution(EIGHT, photo=make_photo(107, 160), view="photo"),
    "photo of signs": lambda: Convolution(photo=make_photo(channels=1), kernel="laplacian"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_accessibility_violation(page, form, theme):
    from axe_playwright_python.sync_playwright import Axe

    dark = "--jp-ui-font-color1: #fff; --jp-ui-font-color2: #bbb; --jp-layout-color0: #111"
    style = f"color: #fff; background: #111; {dark}" if theme == "dark" else ""
    open_page(page, FORMS[form]().embed(), style=style)
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme == "light")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.problems == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("width", [400, 800, 1200])
def test_it_fits_narrow_pages(page, form, width):
    page.set_viewport_size({"width": width, "height": 720})
    open_page(page, FORMS[form]().embed())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    overlaps = page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll(".stage > .column > *")]
                .map((node) => node.getBoundingClientRect());
            return boxes.some((a, i) => boxes.some((b, j) => i < j
                && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2));
        }"""
    )
    assert not overlaps
    inside = page.locator(".course-explorable").inner_html()
    assert not re.search("NaN|Infinity|undefined|null", inside)


SLIDES = {
    "numbers": "explorables.Convolution(digit, padding='same', position=12)",
    "dilation": "explorables.Convolution(digit, dilation=2)",
    "large window": "explorables.Convolution(digit, np.ones((5, 5)))",
    "pooling": "explorables.Convolution(digit, mode='max pooling')",
    "channels": "explorables.Convolution(colour, 'sobel x')",
    "photo": "explorables.Convolution(digit, photo=photo, view='photo')",
    "channels of a photo": "explorables.Convolution(photo=photo, per_channel=True)",
    "grey photo": "explorables.Convolution(photo=photo[..., 0], kernel='laplacian')",
}


def test_slides_hold_it_in_letters_to_be_read(page, tmp_path):
    setup = (
        "import numpy as np\nfrom sklearn import datasets\nfrom course_utils import explorables\n"
        "digit = datasets.load_digits().images[3]\n"
        "photo = datasets.load_sample_image('china.jpg')[::4, ::4][:, :160]\n"
        "colour = np.random.default_rng(0).integers(0, 10, (5, 5, 3))"
    )
    text = "---\ntitle: T\nlesson: 01_t\n---\n\n# T\n\n"
    text += f'```python tags=["setup"]\n{setup}\n```\n'
    for name, code in SLIDES.items():
        options = "<!-- slide: ids=D1-01 minutes=2 layout=figure -->"
        text += f"\n## A window slides over {name}\n\n{options}\n\n```python\n{code}\n```\n"
    (tmp_path / "01_t.md").write_text(text, encoding="utf-8")
    test_decks.open_deck(page, test_decks.build.build_deck(tmp_path / "01_t.md", tmp_path))
    faults = {}
    for number, name in enumerate(SLIDES, start=1):
        page.evaluate("(number) => Reveal.slide(number)", number)
        page.locator("section.present .convolution").wait_for()
        if found := test_decks.find_faults(page):
            faults[name] = found
    assert faults == {} and page.problems == []


def test_it_runs_twice_on_a_page(page):
    first, second = Convolution(EIGHT), Convolution(photo=make_photo(channels=1))
    open_page(page, first.embed(), second.embed())
    page.locator(".convolution").nth(1).wait_for()
    page.get_by_role("button", name="Step").first.click()
    assert len(shown_output(page)) == 2
    assert page.problems == []


def test_the_module_is_one():
    source = explorables.module_source("convolution")
    assert source.count("export default") == 1
    assert not re.search(r"^import ", source, flags=re.MULTILINE)
