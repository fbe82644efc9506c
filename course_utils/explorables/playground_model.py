"""The playground's model in NumPy: read a state, train it again, look into the network.

    run = explorables.replay("pg1;data=xor;hidden=4;seed=3;steps=1200;end")
    run.test_accuracy, run.weights[0], run.dead_units()

It does what engine.js and playground_model.js do in the browser, and gives the same weights bit
for bit: both add in the same order, and work e^−x and sin x out from +, −, ×, ÷, √, which every
machine rounds alike. What states, settings and data sets are is said in playground_model.js.
"""

import base64
import dataclasses
import itertools
import re

import numpy as np

REACH = 6
PROBLEMS = ("classification", "regression")
# Each: the problem it is for, and how far noise of 100 % moves an example.
DATA_SETS = {
    "circle": ("classification", 2),
    "xor": ("classification", 2),
    "gaussians": ("classification", 4),
    "spiral": ("classification", 1),
    "moons": ("classification", 2),
    "plane": ("regression", 4),
    "hills": ("regression", 4),
    "own": (None, 0),
}
FEATURES = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: sine(x1),
    "sin(x2)": lambda x1, x2: sine(x2),
}
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
LEARNING_RATES = {text: float(text) for text in ("0.00001", "0.0001", *_RATES)}
PENALTY_RATES = {text: float(text) for text in ("0", *_RATES)}
MOST_OWN_POINTS = 2000
MOST_POINTS_IN_STATE = 200
LONGEST_STATE = 5000
LARGEST_WEIGHT = 1e6
_MOST_STEPS = 50_000
_MOST_WORK = 500_000_000
_LARGEST_COUNT = 999_999_999
_LONGEST_HISTORY = 512
_STREAMS = {"places": 0, "noise": 1, "split": 2, "weights": 3, "order": 4}


@dataclasses.dataclass(frozen=True)
class OwnData:
    """A student's own examples, rounded to what a state can hold."""

    points: tuple = ()  # ((x1, x2), …)
    targets: tuple = ()


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a state says; the values here are those of a state that does not say otherwise."""

    data: str = "circle"
    problem: str = "classification"
    noise: int = 0  # per cent
    examples: int = 500
    test_share: int = 50  # per cent
    seed: int = 1
    features: tuple = ("x1", "x2")
    hidden: tuple = (4, 2)  # units of each hidden layer
    activation: str = "tanh"
    learning_rate: float = 0.03
    l1: float = 0.0
    l2: float = 0.0
    batch_size: int = 10
    own: OwnData | None = None
    steps: int = 0  # mini-batches so far
    epoch: int = 0  # only with weights, as the next
    used: int = 0  # examples of this epoch
    weights: tuple | None = None  # layer by layer, the weights, then the biases


DEFAULTS = Settings()


# --- Numbers that are the same everywhere -------------------------------------------------------


class Random:
    """Random numbers as engine.js draws them (mulberry32): the same, bit for bit.

    The state is a 32-bit counter that starts at `seed` and grows by 0x6d2b79f5 with each number;
    the number is the counter, mixed. So many numbers can be drawn at once.
    """

    def __init__(self, seed):
        self._state = seed % 2**32

    def uniform(self, count=None):
        """Return a number in [0, 1), or an array of `count` of them."""
        steps = np.arange(1, (1 if count is None else count) + 1, dtype=np.uint64)
        counters = (np.uint64(self._state) + steps * np.uint64(0x6D2B79F5)).astype(np.uint32)
        self.skip(len(steps))
        mixed = (counters ^ (counters >> 15)) * (counters | 1)
        mixed = (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) ^ mixed
        numbers = (mixed ^ (mixed >> 14)) / 2.0**32
        return float(numbers[0]) if count is None else numbers

    def normal(self, count=None):
        """Return a number of mean 0 and deviation 1 (twelve uniform ones less 6), or `count`."""
        numbers = self.uniform(12 * (1 if count is None else count)).reshape(-1, 12).sum(axis=1) - 6
        return float(numbers[0]) if count is None else numbers

    def integer(self, n):
        """Return a whole number from 0 to n − 1."""
        return int(self.uniform() * n)

    def shuffle(self, items):
        """Bring a list into a random order, in place (Fisher and Yates, from the end)."""
        lengths = np.arange(len(items), 1, -1)
        others = (self.uniform(len(lengths)) * lengths).astype(int).tolist()
        for last, other in zip(range(len(items) - 1, 0, -1), others, strict=True):
            items[last], items[other] = items[other], items[last]
        return items

    def skip(self, count):
        """Go on as if `count` numbers had been drawn."""
        self._state = (self._state + 0x6D2B79F5 * count) % 2**32


_LARGEST_EXPONENT = 700.0
_EIGHTHS = 11.541560327111707  # 8 / ln 2
_EIGHTH_HIGH = 0.08664339756978734  # ln 2 / 8 is high + low
_EIGHTH_LOW = 2.0582436978621353e-13
_ROOTS = [1.0, 0.9170040432046712, 0.8408964152537145, 0.7711054127039704]
_ROOTS += [0.7071067811865476, 0.6484197773255048, 0.5946035575013605, 0.5452538663326288]
_POWERS = np.ldexp(np.tile(_ROOTS, 1011), -np.repeat(np.arange(1011), 8))  # 2^(−n/8)
_SERIES = [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1.0, 1.0]
_PI_HIGH = 3.141592653589214  # π is high + low
_PI_LOW = 5.792147943243964e-13


def decay(x):
    """Return e^−x for an array of x ≥ 0, as engine.js computes it."""
    size = np.minimum(x, _LARGEST_EXPONENT)
    count = (size * _EIGHTHS + 0.5).astype(np.intp)
    r = count * _EIGHTH_HIGH
    r -= size
    r += count * _EIGHTH_LOW
    series = r * (1 / 40320)
    for coefficient in _SERIES[:-1]:
        series += coefficient
        series *= r
    series += _SERIES[-1]
    series *= _POWERS[count]
    return series


def sine(x):
    """Return the sine of an array, as engine.js computes it."""
    turns = np.floor(x / np.pi + 0.5)
    r = x - turns * _PI_HIGH - turns * _PI_LOW
    square = r * r
    series = np.ones_like(r)
    for n in range(22, 0, -2):
        series = 1 - (series * square) / (n * (n + 1))
    return np.where(turns % 2 == 0, r * series, -(r * series))


def _sigmoid(z):
    power = decay(np.abs(z))
    return np.where(z >= 0, 1.0, power) / (1 + power)


def _hyperbolic_tangent(z):
    power = decay(2 * np.abs(z))
    return np.copysign((1 - power) / (1 + power), z)


def _activate(name, z):
    if name == "relu":
        return np.maximum(z, 0)
    if name == "tanh":
        return _hyperbolic_tangent(z)
    return _sigmoid(z) if name == "sigmoid" else z


def _multiply_slopes(name, values, delta):
    """Multiply `delta` by the slopes of an activation function, in place."""
    if name == "relu":
        delta *= values > 0
    elif name == "tanh":
        delta *= 1 - values * values
    elif name == "sigmoid":
        delta *= values * (1 - values)


def _add_up(products, axis):
    """Sum over an axis, strictly one after the other, as the browser does.

    NumPy adds in that order except along neighbouring numbers in memory, where it adds in pairs.
    """
    if max(products.shape[axis + 1 :], default=1) == 1:
        return np.add.accumulate(products, axis=axis).take(-1, axis=axis)
    return np.add.reduce(products, axis=axis)


# --- Data ---------------------------------------------------------------------------------------


def _create_stream(seed, name):
    return Random(seed * 8 + _STREAMS[name])


def create_data(settings):
    """Return the examples of a data set: points (n, 2) and targets (n,)."""
    if settings.data == "own":
        own = settings.own or OwnData()
        return np.array(own.points, dtype=float).reshape(-1, 2), np.array(own.targets, dtype=float)
    count = settings.examples
    places = _create_stream(settings.seed, "places")
    points, targets = _PLACES[settings.data](np.arange(count), places)
    _, spread = DATA_SETS[settings.data]
    deviation = (spread * settings.noise) / 100
    noise = _create_stream(settings.seed, "noise").normal(2 * count).reshape(count, 2)
    return np.clip(points + deviation * noise, -REACH, REACH), targets


def _polar(radius, angle):
    return np.column_stack([radius * sine(angle), radius * sine(angle + np.pi / 2)])


def _place_in_circle(index, random):
    share, turn = random.uniform(2 * len(index)).reshape(-1, 2).T
    inside = index % 2 == 0
    radius = np.where(inside, 2.5 * share, 3.5 + 1.5 * share)
    return _polar(radius, 2 * np.pi * turn), np.where(inside, 1.0, 0.0)


def _place_in_quadrants(index, random):
    signs = np.column_stack([np.where(index % 2 == 0, 1, -1), np.where(index % 4 < 2, 1, -1)])
    sizes = 0.3 + 4.7 * random.uniform(2 * len(index)).reshape(-1, 2)
    return signs * sizes, np.where(signs[:, 0] == signs[:, 1], 0.0, 1.0)


def _place_in_clouds(index, random):
    middle = np.where(index % 2 == 0, 2, -2)
    points = middle[:, None] + 0.7 * random.normal(2 * len(index)).reshape(-1, 2)
    return points, np.where(index % 2 == 0, 1.0, 0.0)


def _place_on_spiral(index, random):
    along = np.sqrt(random.uniform(len(index)))
    start = np.where(index % 2 == 0, 0.0, np.pi)
    points = _polar(0.4 + 4.6 * along, 3.5 * np.pi * along + start)
    return points, np.where(index % 2 == 0, 1.0, 0.0)


def _place_on_moons(index, random):
    points = _polar(1, np.pi * (random.uniform(len(index)) - 0.5)) - np.array([0.5, 0.25])
    upper = index % 2 == 0
    return np.where(upper[:, None], 3.2, -3.2) * points, np.where(upper, 0.0, 1.0)


def _place_on_plane(index, random):
    points = 10 * random.uniform(2 * len(index)).reshape(-1, 2) - 5
    return points, (points[:, 0] + points[:, 1]) / 10


def _place_on_hills(index, random):
    points = 10 * random.uniform(2 * len(index)).reshape(-1, 2) - 5
    x1, x2 = points.T

    def hill(a, b):
        return decay(((x1 - a) * (x1 - a) + (x2 - b) * (x2 - b)) / 4)

    height = hill(0, 0) + hill(3.5, -3.5) + hill(-3.5, 3.5) - hill(3.5, 3.5) - hill(-3.5, -3.5)
    return points, np.clip(height, -1, 1)


_PLACES = {
    "circle": _place_in_circle,
    "xor": _place_in_quadrants,
    "gaussians": _place_in_clouds,
    "spiral": _place_on_spiral,
    "moons": _place_on_moons,
    "plane": _place_on_plane,
    "hills": _place_on_hills,
}


@dataclasses.dataclass(frozen=True)
class Examples:
    """Examples of a run: `points` (n, 2), `inputs` (n, features), `targets` (n,)."""

    points: np.ndarray
    inputs: np.ndarray
    targets: np.ndarray


def _split_data(settings):
    """Return the training examples and the test examples."""
    points, targets = create_data(settings)
    order = _create_stream(settings.seed, "split").shuffle(list(range(len(points))))
    tested = _count_test(len(points), settings.test_share)

    def take(indices):
        chosen = np.array(indices, dtype=int)
        inputs = to_inputs(settings.features, points[chosen])
        return Examples(points[chosen], inputs, targets[chosen])

    return take(order[tested:]), take(order[:tested])


def _count_test(count, share):
    return max(0, min(int((count * share) / 100 + 0.5), count - 1))


def to_inputs(features, points):
    """Return the features of points (n, 2) as the network takes them, shape (n, features)."""
    x1, x2 = np.asarray(points, dtype=float).reshape(-1, 2).T
    return np.column_stack([FEATURES[name](x1, x2) for name in features])


# --- Own data -----------------------------------------------------------------------------------


def check_own_data(points, targets, problem="classification"):
    """Return own data, rounded to what a state can hold.

    points: shape (n, 2), n at most 2,000, within −6…6. targets: 0 or 1, both of them; in a
    regression numbers within −1…1.

    Raises:
        ValueError: they are something else; the message says what, where, and what to do.
    """
    own = _to_own(points, targets)
    targets = np.asarray(targets, dtype=float)
    if problem == "regression":
        outside = np.abs(targets) > 1
        if outside.any():
            raise ValueError(
                f"Targets of a regression must lie in −1…1; row {outside.argmax()} does not. Scale "
                "them: targets = 2 * (targets - targets.min()) / np.ptp(targets) - 1."
            )
        return own
    strange = (targets != 0) & (targets != 1)
    if strange.any():
        raise ValueError(
            f"Labels must be 0 or 1; row {strange.argmax()} has another value. For targets that "
            'are numbers take problem="regression".'
        )
    if len(set(targets.tolist())) < 2:
        raise ValueError(
            f"All {len(targets)} labels are {targets[0]:.0f}: there is only one class, so nothing "
            "to tell apart. Add points of the other class."
        )
    return own


def _to_own(points, targets):
    """Return rounded own data of the right shape, all numbers finite and within reach."""
    try:
        points = np.asarray(points, dtype=float)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError("Own points must be rows of two numbers, x1 and x2: shape (n, 2).")
    count = len(points)
    if count > MOST_OWN_POINTS:
        raise ValueError(
            f"The playground takes up to {MOST_OWN_POINTS} own points, got {count}. Take a random "
            f"sample: chosen = np.random.default_rng(0).choice({count}, {MOST_OWN_POINTS}, "
            "replace=False); points[chosen], labels[chosen]."
        )
    targets = _check_labels(targets, count)
    _check_finite(points, "points")
    _check_finite(targets[:, None], "labels")
    outside = (np.abs(points) > REACH).any(axis=1)
    if outside.any():
        raise ValueError(
            f"{outside.sum()} of {count} points lie outside −6…6, the first in row "
            f"{outside.argmax()}. Scale each column: "
            "points = 10 * (points - points.min(axis=0)) / np.ptp(points, axis=0) - 5."
        )
    rounded = np.floor(points * 300 + 0.5) / 300
    rounded_targets = np.floor(np.clip(targets, -1, 1) * 2000 + 0.5) / 2000
    return OwnData(tuple(map(tuple, rounded.tolist())), tuple(rounded_targets.tolist()))


def _check_labels(targets, count):
    """Return the labels as an array of numbers, one for each point."""
    try:
        array = np.asarray(targets, dtype=float)
    except (TypeError, ValueError):
        array = np.empty(())
    if array.ndim == 1 and len(array) == count:
        return array
    got = "none" if array.ndim == 0 else str(len(array))
    if array.ndim > 1:
        got = f"an array of shape {array.shape}"
    raise ValueError(f"Expected {count} labels, one for each point, got {got}.")


def _check_finite(rows, name):
    wrong = ~np.isfinite(rows).all(axis=1)
    if wrong.any():
        raise ValueError(
            f"{wrong.sum()} of {len(rows)} {name} are missing or infinite (NaN, inf), the first in "
            f"row {wrong.argmax()}. Leave those rows out: "
            "keep = np.isfinite(points).all(axis=1) & np.isfinite(labels)."
        )


# --- State --------------------------------------------------------------------------------------

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _refuse(problem):
    return ValueError(f"This state cannot be read: {problem} Copy the whole line again.")


def _quote(text):
    """Return the start of a text in quotes, in printable ASCII, to show it in a message."""
    shown = "".join(letter if " " <= letter <= "~" else "?" for letter in text[:30])
    return f"“{shown}{'…' if len(text) > 30 else ''}”"


def _read_choice(choices):
    def read(text, key):
        if text in choices:
            return text
        raise _refuse(f"{key} must be one of {', '.join(choices)}; got {_quote(text)}.")

    return read


def _read_whole(low, high):
    def read(text, key):
        if re.fullmatch("0|[1-9][0-9]{0,8}", text) and low <= int(text) <= high:
            return int(text)
        raise _refuse(f"{key} must be a whole number from {low} to {high}; got {_quote(text)}.")

    return read


def _read_rate(rates):
    choose = _read_choice(list(rates))
    return lambda text, key: rates[choose(text, key)]


def _write_rate(value):
    return next((text for text, rate in (LEARNING_RATES | PENALTY_RATES).items() if rate == value))


def _read_features(text, key):
    names = text.split(",")
    if set(names) <= set(FEATURES) and len(set(names)) == len(names):
        return tuple(name for name in FEATURES if name in names)
    known = ", ".join(FEATURES)
    raise _refuse(f"features must be some of {known}, each once; got {_quote(text)}.")


def _read_hidden(text, key):
    if text == "none":
        return ()
    if re.fullmatch("[1-8](,[1-8]){0,5}", text):
        return tuple(map(int, text.split(",")))
    raise _refuse(
        'hidden must be "none" or the units of up to 6 layers, each from 1 to 8, such as 4,2; '
        f"got {_quote(text)}."
    )


def _read_points(text, key):
    """Return own points; where the state says that they are in Python, their number and sum."""
    in_python = re.fullmatch(r"python\.([1-9][0-9]{0,3})\.([0-9a-f]{8})", text)
    if in_python:
        return int(in_python[1]), in_python[2]
    if not re.fullmatch("([A-Za-z0-9_-]{6})*", text) or len(text) > 6 * MOST_POINTS_IN_STATE:
        raise _refuse(
            f"points are damaged: expected 6 letters for each of up to {MOST_POINTS_IN_STATE} "
            f"points; got {_quote(text)}."
        )
    points, targets = [], []
    for start in range(0, len(text), 6):
        digits = [_LETTERS.index(letter) for letter in text[start : start + 6]]
        x1, x2, target = (64 * digits[place] + digits[place + 1] for place in (0, 2, 4))
        if max(x1, x2) > 600 * REACH or target > 4000:
            raise _refuse(
                f"points are damaged: point {start // 6 + 1} lies outside −6…6, or its target "
                "outside −1…1."
            )
        points.append(((x1 - 300 * REACH) / 300, (x2 - 300 * REACH) / 300))
        targets.append((target - 2000) / 2000)
    return OwnData(tuple(points), tuple(targets))


def _write_points(own):
    text = _encode_points(own)
    count = len(own.points)
    return f"python.{count}.{_checksum(text)}" if count > MOST_POINTS_IN_STATE else text


def _encode_points(own):
    return "".join(
        _LETTERS[code // 64] + _LETTERS[code % 64]
        for (x1, x2), target in zip(own.points, own.targets, strict=True)
        for code in (_to_code(x1, 300, 1800), _to_code(x2, 300, 1800), _to_code(target, 2000, 2000))
    )


def _to_code(value, steps, shift):
    return int(np.floor(value * steps + 0.5)) + shift


def _checksum(text):
    """Return eight hexadecimal digits that differ where texts differ (FNV-1a, 32 bits)."""
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = (value ^ byte) * 0x01000193 % 2**32
    return f"{value:08x}"


def _read_weights(text, key):
    """Return numbers of 32 bits, the lowest byte first, from base64 without filling."""
    damaged = _refuse(
        f"weights are damaged: expected whole numbers of 32 bits in base64; got {_quote(text)}."
    )
    if not re.fullmatch("[A-Za-z0-9_-]+", text) or len(text) % 4 == 1:
        raise damaged
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(content) % 4:
        raise damaged
    weights = np.frombuffer(content, dtype="<f4").astype(float)
    if not (np.abs(weights) <= LARGEST_WEIGHT).all():
        raise _refuse("weights are damaged: one of them is beyond ±1000000 or no number.")
    if _write_weights(weights) != text:
        raise damaged
    return tuple(weights.tolist())


def _write_weights(weights):
    content = np.asarray(weights, dtype="<f4").tobytes()
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _join(items):
    return ",".join(map(str, items))


# One row for each key of a state, in the order in which they are written: the field of Settings,
# how to read it and how to write it.
_FIELDS = {
    "data": ("data", _read_choice(list(DATA_SETS)), str),
    "problem": ("problem", _read_choice(PROBLEMS), str),
    "noise": ("noise", _read_whole(0, 50), str),
    "examples": ("examples", _read_whole(20, 1000), str),
    "test": ("test_share", _read_whole(10, 50), str),
    "seed": ("seed", _read_whole(0, 9999), str),
    "features": ("features", _read_features, _join),
    "hidden": ("hidden", _read_hidden, lambda units: _join(units) or "none"),
    "activation": ("activation", _read_choice(ACTIVATIONS), str),
    "rate": ("learning_rate", _read_rate(LEARNING_RATES), _write_rate),
    "l1": ("l1", _read_rate(PENALTY_RATES), _write_rate),
    "l2": ("l2", _read_rate(PENALTY_RATES), _write_rate),
    "batch": ("batch_size", _read_whole(1, 2000), str),
    "points": ("own", _read_points, _write_points),
    "steps": ("steps", _read_whole(0, _LARGEST_COUNT), str),
    "epoch": ("epoch", _read_whole(0, _LARGEST_COUNT), str),
    "used": ("used", _read_whole(0, MOST_OWN_POINTS), str),
    "weights": ("weights", _read_weights, _write_weights),
}


def read_state(text, own=None):
    """Return the Settings that a state holds; `own` are own data that are not in the line.

    Raises:
        ValueError: it is cut, damaged, from a newer playground or no state at all; the message
            says what was expected, what came and what to do.
    """
    values = {}
    for part in _split_state(text):
        key, *rest = part.split("=")
        if len(rest) != 1:
            raise _refuse(f"expected key=value between two semicolons, got {_quote(part)}.")
        if key not in _FIELDS:
            raise _refuse(f"{_quote(key)} is not a key; known are {', '.join(_FIELDS)}.")
        if key in values:
            raise _refuse(f"{key} is there twice.")
        values[key] = _FIELDS[key][1](rest[0], key)
    settings = Settings(**{_FIELDS[key][0]: value for key, value in values.items()})
    settings = _settle_problem(settings, values)
    found = _find_own(settings, own) if settings.data == "own" else None
    settings = dataclasses.replace(settings, own=found)
    _check_progress(settings, values)
    return settings


def _split_state(text):
    """Return the key=value parts of a state, without the marks of its begin and end."""
    expected = "expected a line that begins with pg1; and ends with ;end"
    if not isinstance(text, str):
        raise _refuse(f"{expected}, got something that is not text.")
    whole = text.strip(" \t\r\n")
    if whole == "":
        raise _refuse(f"{expected}, got nothing.")
    version = re.match(r"(pg[1-9][0-9]{0,5})(?:;|\Z)", whole)
    if version and version[1] != "pg1":
        raise ValueError(
            f"This state cannot be read: it begins with {version[1]}, so a newer playground wrote "
            "it, and this one reads pg1. Update the course, then try again."
        )
    if not whole.startswith("pg1;") and not "pg1;".startswith(whole):
        raise _refuse(f"{expected}, got {_quote(whole)}.")
    strange = re.search("[^A-Za-z0-9;=,.^()_-]", whole)
    if strange:
        place = strange.start() + 1
        raise _refuse(f"a state has no such character as U+{ord(strange[0]):04X} (place {place}).")
    if len(whole) > LONGEST_STATE:
        raise _refuse(f"it is longer than {LONGEST_STATE} characters.")
    if not whole.endswith(";end"):
        raise _refuse(f"it is cut off: expected ;end at its end, got {_quote(whole[-12:])}.")
    return [] if whole == "pg1;end" else whole[4:-4].split(";")


def _settle_problem(settings, values):
    """Return settings with the problem that goes with their data."""
    problem, _ = DATA_SETS[settings.data]
    if problem is None:
        return settings
    if "problem" in values and settings.problem != problem:
        raise _refuse(f"data={settings.data} is for {problem}, not for {settings.problem}.")
    if "points" in values:
        raise _refuse("points go with data=own only.")
    return dataclasses.replace(settings, problem=problem)


def _find_own(settings, given):
    """Return the own data of a state: those in it, or those that it says are in Python."""
    own = settings.own or OwnData()
    if not isinstance(own, OwnData):
        count, checksum = own
        if not MOST_POINTS_IN_STATE < count <= MOST_OWN_POINTS:
            raise _refuse(
                f"points are damaged: expected 201 to 2000 points in Python, got {count}."
            )
        needs = f"its {count} own points are not in the line but in Python"
        remedy = "Hand the same points and labels over with it."
        if given is None:
            raise ValueError(f"This state cannot be read here: {needs}. {remedy}")
        if _write_points(given) != f"python.{count}.{checksum}":
            raise ValueError(
                f"This state cannot be read here: {needs}, and the points given are others. "
                f"{remedy}"
            )
        return given
    if settings.problem == "classification" and not set(own.targets) <= {0, 1}:
        raise _refuse("points are damaged: a label is neither 0 nor 1.")
    return own


def _check_progress(settings, values):
    """Check what a state says about training: weights that fit, or steps that can be repeated."""
    if settings.weights is None:
        if "epoch" in values or "used" in values:
            raise _refuse("epoch and used go with weights only.")
        if not _is_repeatable(settings):
            raise _refuse(f"steps={settings.steps} are too many to train again without weights.")
        return
    expected, got = _count_weights(settings), len(settings.weights)
    if got != expected:
        raise _refuse(f"expected {expected} weights for this network, got {got}.")
    examples = _count_training(settings)
    if 0 < settings.used >= examples:
        raise _refuse(f"used={settings.used} must be less than the {examples} training examples.")


def _count_training(settings):
    count = len(settings.own.points) if settings.data == "own" else settings.examples
    return count - _count_test(count, settings.test_share)


def _find_sizes(settings):
    return [len(settings.features), *settings.hidden, 1]


def _count_weights(settings):
    sizes = _find_sizes(settings)
    return sum((inputs + 1) * units for inputs, units in itertools.pairwise(sizes))


def _is_repeatable(settings):
    """Tell whether `steps` are few enough to be trained again when a state is read."""
    batch = min(settings.batch_size, _count_training(settings))
    work = settings.steps * batch * _count_weights(settings)
    return settings.steps <= _MOST_STEPS and work <= _MOST_WORK


def write_state(settings):
    """Return settings as a state: one line with what differs from the usual values."""
    parts = []
    for key, (name, _, write) in _FIELDS.items():
        value, usual = getattr(settings, name), getattr(DEFAULTS, name)
        if key in ("problem", "points") and settings.data != "own":
            continue
        if value is None or value == usual or value == OwnData():
            continue
        parts.append(f"{key}={write(value)}")
    text = ";".join(["pg1", *parts, "end"])
    read_state(text, settings.own)
    return text


# --- Training -----------------------------------------------------------------------------------


def replay(state, points=None, labels=None):
    """Train again what a state of the playground describes; return the `Run`.

    state: the line from the playground's field. points, labels: the own data, where the state
    says that they are too many to be in the line.

    Raises:
        ValueError: the state cannot be read, or the points do not belong to it.
    """
    if not isinstance(state, str):
        raise _refuse(
            "expected a text, the line between quotation marks, got "
            f"{_quote(str(state))} ({type(state).__name__})."
        )
    own = None if points is None else _to_own(points, labels)
    return Run(read_state(state, own))


class Run:
    """A network of the playground and its training.

    settings: the `Settings`. train_examples, test_examples: the `Examples`. steps, epoch:
    mini-batches and whole epochs so far. history: {"epochs": […], "train": […], "test": […]}, the
    losses. diverged: None, or the step in which a weight would grow beyond 1,000,000: the training
    stopped before it. A state of a diverged run names the last step that was done; the run that
    is replayed from it looks one step ahead, so that it is diverged, too.
    """

    def __init__(self, settings):
        """Train up to where the settings say; raise ValueError where they are out of range."""
        self.settings = read_state(write_state(settings), settings.own)
        self.train_examples, self.test_examples = _split_data(settings)
        self.steps = self.epoch = self._used = 0
        self.diverged = None
        self.history = {"epochs": [], "train": [], "test": []}
        self._interval = 1
        self._is_replayable = True
        self._count = len(self.train_examples.targets)
        self._random = _create_stream(settings.seed, "order")
        self._create_network()
        if settings.weights is not None:
            self._take_weights()
        self._order_examples()
        self._record()
        while self.steps < settings.steps and self._step():
            pass
        if settings.steps > 0 and self._count > 0:
            self._look_ahead()

    def _create_network(self):
        """Lay all parameters out in one vector: of each layer the biases, then the weights."""
        sizes = _find_sizes(self.settings)
        shapes = [(inputs + 1, units) for inputs, units in itertools.pairwise(sizes)]
        ends = np.cumsum([rows * units for rows, units in shapes])
        self._parameters, self._gradients = np.zeros(ends[-1]), np.zeros(ends[-1])

        def divide(vector):
            parts = np.split(vector, ends[:-1])  # views
            return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

        self._layers, self._layer_gradients = divide(self._parameters), divide(self._gradients)
        is_weight = np.ones(ends[-1])
        for part in divide(is_weight):
            part[0] = 0
        self._l1, self._l2 = self.settings.l1 * is_weight, 2 * self.settings.l2 * is_weight
        random = _create_stream(self.settings.seed, "weights")
        for layer in self._layers:
            inputs, units = layer.shape[0] - 1, layer.shape[1]
            limit = np.sqrt(6 / (inputs + units))
            numbers = random.uniform(inputs * units).reshape(inputs, units)
            layer[1:] = (2 * numbers - 1) * limit

    def _take_weights(self):
        """Start from the weights of a state."""
        values, start = np.array(self.settings.weights), 0
        for layer in self._layers:
            units, end = layer.shape[1], start + layer.size
            layer[1:] = values[start : end - units].reshape(-1, units)
            layer[0] = values[end - units : end]
            start = end
        self.steps, self.epoch = self.settings.steps, self.settings.epoch
        self._used = self.settings.used
        self._is_replayable = False
        self._random.skip(self.epoch * max(0, self._count - 1))

    def train(self, epochs=1):
        """Train to the end of this epoch, and so on for `epochs` in all; return the run itself."""
        for _ in range(epochs):
            epoch = self.epoch
            while self.epoch == epoch:
                if not self._step():
                    return self
        return self

    def _order_examples(self):
        order = self._random.shuffle(list(range(self._count)))
        self._inputs = self.train_examples.inputs[order]
        self._targets = self.train_examples.targets[order]

    def _step(self):
        """Take one step on a mini-batch; return False where the run diverged."""
        if self.diverged or self._count == 0:
            return False
        following = self._look_ahead()
        if self.diverged:
            return False
        self._parameters[:] = following
        self.steps += 1
        self._used = min(self._used + self.settings.batch_size, self._count)
        if self._used == self._count:
            self.epoch += 1
            self._used = 0
            self._order_examples()
            if self.epoch % self._interval == 0:
                self._record()
        return True

    def _look_ahead(self):
        """Return the parameters after the next step; note where they would leave the range."""
        batch = slice(self._used, self._used + self.settings.batch_size)
        gradients = self._compute_gradients(self._inputs[batch], self._targets[batch])
        following = self._parameters - self.settings.learning_rate * gradients
        if not np.abs(following).max() <= LARGEST_WEIGHT:
            self.diverged = self.steps + 1
        return following

    def _forward(self, inputs):
        """Return for each layer its activations, shape (n, 1 + units), a column of ones first."""
        values = [_with_ones(inputs)]
        for number, layer in enumerate(self._layers, 1):
            is_last = number == len(self._layers)
            sums = _add_up(np.multiply(values[-1][:, :, None], layer, order="C"), axis=1)
            name = self.settings.activation
            values.append(sums if is_last else _with_ones(_activate(name, sums)))
        return values  # the last: the sums of the output unit, without ones

    def _compute_gradients(self, inputs, targets):
        """Return the gradient of the mean loss plus penalty by each parameter, as a vector."""
        values = self._forward(inputs)
        error = self._finish(values[-1]) - targets[:, None]
        delta = 2 * error if self.settings.problem == "regression" else error
        for number in range(len(self._layers) - 1, -1, -1):
            products = np.multiply(values[number][:, :, None], delta[:, None, :], order="C")
            self._layer_gradients[number][...] = _add_up(products, axis=0)
            if number > 0:
                back = self._layers[number][1:].T
                delta = _add_up(np.multiply(delta[:, :, None], back, order="C"), axis=1)
                _multiply_slopes(self.settings.activation, values[number][:, 1:], delta)
        self._gradients /= len(targets)
        if self.settings.l1 or self.settings.l2:
            self._gradients += self._l1 * np.sign(self._parameters)
            self._gradients += self._l2 * self._parameters
        return self._gradients

    def _finish(self, sums):
        """Return the outputs, given the weighted sums of the output unit."""
        return sums if self.settings.problem == "regression" else _sigmoid(sums)

    def _record(self):
        """Add the losses to the history; where it is full, keep every second entry."""
        columns = self.history
        columns["epochs"].append(self.epoch)
        columns["train"].append(self.train_loss)
        columns["test"].append(self.test_loss)
        if len(columns["epochs"]) <= _LONGEST_HISTORY:
            return
        self._interval *= 2
        kept = [epoch % self._interval == 0 for epoch in columns["epochs"]]
        for name, column in columns.items():
            columns[name] = [value for value, keep in zip(column, kept, strict=True) if keep]

    @property
    def weights(self):
        """The weights of each layer, shape (inputs, units), as Keras lays them out."""
        return [layer[1:].copy() for layer in self._layers]

    @property
    def biases(self):
        """The biases of each layer, shape (units,)."""
        return [layer[0].copy() for layer in self._layers]

    def gradients(self):
        """Return the gradients of mean training loss plus penalty: weights, biases (two lists)."""
        self._compute_gradients(self.train_examples.inputs, self.train_examples.targets)
        parts = self._layer_gradients
        return [part[1:].copy() for part in parts], [part[0].copy() for part in parts]

    @property
    def train_loss(self):
        """The mean loss over the training examples, without penalty; None without examples."""
        return self._measure_loss(self.train_examples)

    @property
    def test_loss(self):
        """The mean loss over the test examples, without penalty; None without examples."""
        return self._measure_loss(self.test_examples)

    @property
    def train_accuracy(self):
        """The share of training examples that are told right; None in a regression."""
        return self._measure_accuracy(self.train_examples)

    @property
    def test_accuracy(self):
        """The share of test examples that are told right; None in a regression."""
        return self._measure_accuracy(self.test_examples)

    @property
    def penalty(self):
        """The penalty l1 Σ|w| + l2 Σw² over all weights."""
        weights = np.concatenate([layer[1:].ravel() for layer in self._layers])
        l1, l2 = self.settings.l1, self.settings.l2
        return float(l1 * np.abs(weights).sum() + l2 * (weights * weights).sum())

    def _measure_loss(self, examples):
        if len(examples.targets) == 0:
            return None
        z = self._forward(examples.inputs)[-1][:, 0]
        if self.settings.problem == "regression":
            return float(np.mean((z - examples.targets) ** 2))
        losses = np.maximum(z, 0) - examples.targets * z + np.log1p(np.exp(-np.abs(z)))
        return float(losses.mean())

    def _measure_accuracy(self, examples):
        if self.settings.problem == "regression" or len(examples.targets) == 0:
            return None
        outputs = self._finish(self._forward(examples.inputs)[-1][:, 0])
        return float(np.mean((outputs > 0.5) == (examples.targets == 1)))

    def predict(self, points):
        """Return the output at points (n, 2): the probability of class 1, or the value; (n,)."""
        inputs = to_inputs(self.settings.features, points)
        return self._finish(self._forward(inputs)[-1][:, 0])

    def hidden_activations(self, points):
        """Return for each hidden layer the activations at points (n, 2), shape (n, units)."""
        values = self._forward(to_inputs(self.settings.features, points))
        return [layer[:, 1:] for layer in values[1:-1]]

    def dead_units(self):
        """Return [(hidden layer, unit), …], both from 1, of the ReLU units that never fire.

        Dead is a unit that is 0 for every training example: no gradient reaches its weights.
        """
        if self.settings.activation != "relu" or self._count == 0:
            return []
        values = self._forward(self.train_examples.inputs)[1:-1]
        return [
            (number, unit)
            for number, layer in enumerate(values, 1)
            for unit, fires in enumerate((layer[:, 1:] > 0).any(axis=0), 1)
            if not fires
        ]

    @property
    def state(self):
        """The line that leads to these weights, in the playground and in `replay`."""
        now = dataclasses.replace(self.settings, steps=self.steps, epoch=0, used=0, weights=None)
        if self._is_replayable and _is_repeatable(now):
            return write_state(now)
        weights = [np.concatenate([layer[1:].ravel(), layer[0]]) for layer in self._layers]
        kept = tuple(np.concatenate(weights).tolist())
        return write_state(
            dataclasses.replace(now, epoch=self.epoch, used=self._used, weights=kept)
        )


def _with_ones(values):
    """Return values (n, units) with a column of ones before them: the inputs of the biases."""
    result = np.empty((values.shape[0], values.shape[1] + 1))
    result[:, 0] = 1
    result[:, 1:] = values
    return result
