"""What the scripts of this folder share: a training that may be killed at any moment and goes on.

    options = session.read_options(__doc__, "nine_digits")
    training = session.Session(model, options.output, {"seed": options.seed})
    training.run(rounds=40, draw=draw, batch_size=64)
    session.write_weights(model, path)
    session.write_card(path, title, facts)

A training runs in rounds: an epoch, or so many steps of a long one. After each, all that decides
what comes next is written to `state.npz`, in one step, so that there is always a whole state. The
random numbers of a round depend on the seed and the round alone. Keras and NumPy only, so that
`KERAS_BACKEND=jax` works, too.
"""

import argparse
import csv
import io
import json
import os
import platform
import time
from pathlib import Path

import h5py
import keras
import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def read_options(words, name, needs_data=False, may_end_early=False, arguments=None):
    """Return the command line's options; `words` say what the script does.

    Where it may end early, `rounds` is after how many, None for all that are planned.
    Where real data are needed, `data` is their folder: `--data`, else the environment variable
    COURSE_DATA. Exits with one sentence where there is none. A trial (`--smoke`) needs none.
    """
    parser = argparse.ArgumentParser(description=words.strip().splitlines()[0])
    output = Path("build") / "training" / name
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / output,
        help=f"folder for state, log, weights and card (default {output.as_posix()})",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--smoke", action="store_true", help="a minute's trial, on few data")
    if may_end_early:
        parser.add_argument("--rounds", type=int, help="end after so many rounds, not all planned")
    if needs_data:
        default = os.environ.get("COURSE_DATA") or None
        parser.add_argument("--data", type=Path, default=default, help="default $COURSE_DATA")
    options = parser.parse_args(arguments)
    if needs_data and not options.smoke and not (options.data and options.data.is_dir()):
        found = f"{options.data} is no folder" if options.data else "none was named"
        parser.error(f"a folder with data is needed, and {found}: --data DIR, or COURSE_DATA=DIR")
    return options


class Session:
    """The training of a compiled model in `folder`, begun or taken up again.

    `settings` are what decides the result, the "seed" among them. A state that was made with
    others is refused with a ValueError, since what comes out would be neither the one nor the
    other. `rows` is the log: a dict for each round.
    """

    def __init__(self, model, folder, settings):
        self.model, self.folder = model, Path(folder)
        self.settings = json.loads(json.dumps(settings))  # as they are read again
        self.rows = []
        self.folder.mkdir(parents=True, exist_ok=True)
        model.optimizer.build(model.trainable_variables)
        if self.state_file.exists():
            self._restore()

    @property
    def state_file(self):
        """The state after the last whole round."""
        return self.folder / "state.npz"

    def run(self, rounds, draw, batch_size=None):
        """Train until there are `rounds` of them.

        `draw(random)` returns the examples of one round and their targets, in the order in which
        they are seen; all that is random in it comes from `random` (a NumPy generator) or from
        keras.random. Without a `batch_size` it returns a list of batches, each examples and
        targets: one batch may be longer than another.
        """
        for number in range(len(self.rows), rounds):
            started = time.perf_counter()
            seeds = np.random.SeedSequence([self.settings["seed"], number])
            keras.utils.set_random_seed(int(seeds.generate_state(1)[0]))
            drawn = draw(np.random.default_rng(seeds))
            if batch_size is None:
                seen_now, results = self._fit_batches(drawn)
            else:
                seen_now, results = self._fit_arrays(*drawn, batch_size)
            seen, seconds = (self.rows[-1][key] if self.rows else 0 for key in ("seen", "seconds"))
            self.rows.append(
                {
                    "round": number + 1,
                    "seen": seen + seen_now,
                    "seconds": seconds + time.perf_counter() - started,
                    **results,
                }
            )
            self._save()

    def _fit_arrays(self, x, y, batch_size):
        """Train on all examples once, in their order; return how many, and loss and metrics."""
        history = self.model.fit(x, y, batch_size=batch_size, shuffle=False, verbose=0)
        return len(y), {name: values[-1] for name, values in history.history.items()}

    def _fit_batches(self, batches):
        """Do the same with a list of batches."""
        results = [self.model.train_on_batch(x, y, return_dict=True) for x, y in batches]
        means = {name: float(np.mean([row[name] for row in results])) for name in results[0]}
        return sum(len(y) for _, y in batches), means

    def _variables(self):
        """Return all that training changes: weights, seeds of layers, the optimizer's memory."""
        return [*self.model.variables, *self.model.optimizer.variables]

    def _save(self):
        """Write state and log; whoever is killed meanwhile finds the state of the round before."""
        variables = self._variables()
        arrays = {f"v{place}": np.asarray(value) for place, value in enumerate(variables)}
        about = json.dumps({"settings": self.settings, "rows": self.rows})
        content = io.BytesIO()
        np.savez(content, about=np.array(about), **arrays)
        _replace(self.state_file, content.getvalue())
        table = io.StringIO()
        writer = csv.DictWriter(table, self.rows[-1], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        _replace(self.folder / "log.csv", table.getvalue().encode())

    def _restore(self):
        """Take up the state; ValueError where it belongs to another training."""
        with np.load(self.state_file, allow_pickle=False) as state:
            about = json.loads(str(state["about"]))
            arrays = [state[f"v{place}"] for place in range(len(state.files) - 1)]
        variables = self._variables()
        same_shapes = [a.shape for a in arrays] == [tuple(v.shape) for v in variables]
        if about["settings"] != self.settings or not same_shapes:
            raise ValueError(
                f"{self.folder} holds a training with other settings ({about['settings']}, now "
                f"{self.settings}) or of another model. Choose another --output, or delete it."
            )
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)
        self.rows = about["rows"]


def _replace(path, content):
    """Write the bytes in one step: there is the old file or the new one, never half of it."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def round_weights(model):
    """Give the model the weights that float16 can hold; ValueError where one is too large for it.

    So what is measured afterwards is what `write_weights` ships.
    """
    for variable in model.variables:
        if keras.backend.is_float_dtype(variable.dtype):
            with np.errstate(over="ignore"):
                rounded = np.asarray(variable).astype("float16")
            if not np.isfinite(rounded).all():
                raise ValueError(f"{variable.path} does not fit into float16.")
            variable.assign(rounded.astype(variable.dtype))


def write_weights(model, path):
    """Write the weights as Keras's `.weights.h5`, in float16, without the optimizer's memory."""
    content = io.BytesIO()
    whole = path.with_name("whole.weights.h5")
    model.save_weights(whole)

    def copy(name, item):
        if name.split("/")[0] == "optimizer":
            return
        if isinstance(item, h5py.Dataset):
            values = item[()]
            half = values.dtype.kind == "f"
            small.create_dataset(name, data=values.astype("float16") if half else values)
        else:
            small.require_group(name)
        small[name].attrs.update(item.attrs)

    with h5py.File(whole) as large, h5py.File(content, "w") as small:
        small.attrs.update(large.attrs)
        large.visititems(copy)
    whole.unlink()
    _replace(path, content.getvalue())


def write_vocabulary(weights, **words):
    """Write the lists of words that a model reads and writes beside its weights, as JSON."""
    path = weights.with_name(weights.name.replace(".weights.h5", ".words.json"))
    _replace(path, (json.dumps(words, ensure_ascii=False, indent=0) + "\n").encode())


def write_card(path, title, facts):
    """Write what one has to know of a checkpoint as Markdown: a table of names and facts."""
    rows = "\n".join(f"| {name} | {fact} |" for name, fact in facts.items())
    _replace(path, f"# {title}\n\n| | |\n|---|---|\n{rows}\n".encode())


def describe_machine():
    """Return what trained: the device, the operating system, the versions."""
    backend = keras.backend.backend()
    module = __import__(backend)
    if backend == "jax":
        device = module.devices()[0].device_kind
    else:
        gpus = module.config.list_physical_devices("GPU")
        device = (
            module.config.experimental.get_device_details(gpus[0])["device_name"] if gpus else "CPU"
        )
    device = f"{os.cpu_count()} cores, no GPU" if device.lower() == "cpu" else device
    return (
        f"{device}; {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Keras {keras.__version__} on {backend} {module.__version__}"
    )
