"""Two measured tables for regression: 392 cars and 1,461 days of weather."""

import csv
import dataclasses
import gzip
import html

import numpy as np

from .files import read_carried, read_listed

ROWS_SHOWN = 5


@dataclasses.dataclass(frozen=True, repr=False)
class Table:
    """Columns of equal length with their units; a notebook shows the first rows.

    `table["mpg"]` is a column, a NumPy array of shape (rows,); `table.columns` names all, in
    order; `table.numeric` names those that hold numbers. Two tables are not compared.
    """

    title: str
    data: dict  # name of the column: array of shape (rows,)
    units: dict  # name of the column: its unit or what its values mean

    @property
    def columns(self):
        """Names of all columns, a list."""
        return list(self.data)

    @property
    def numeric(self):
        """Names of the columns that hold numbers, a list."""
        return [name for name, column in self.data.items() if column.dtype.kind in "iuf"]

    def __len__(self):
        return len(next(iter(self.data.values())))

    def __getitem__(self, name):
        if not isinstance(name, str) or name not in self.data:
            raise KeyError(f"{name!r} is no column; there are {', '.join(self.data)}")
        return self.data[name]

    def matrix(self, *columns):
        """Return the named columns side by side, float64 of shape (rows, columns).

        Raises ValueError where no column is named and where one holds text or dates, which are no
        numbers before you choose how to write them as such; KeyError where there is none.
        """
        if not columns:
            raise ValueError(f"name the columns of the matrix, for example {self.numeric[0]!r}.")
        for name in columns:
            kind = {"U": "text", "M": "dates"}.get(self[name].dtype.kind)
            if kind:
                raise ValueError(
                    f"the column {name!r} holds {kind} such as {str(self[name][0])!r}, not numbers."
                    " Leave it out or turn it into numbers first."
                )
        return np.column_stack([self[name] for name in columns]).astype(np.float64)

    def _rows(self):
        """Return the first rows, every value as text."""
        shown = [[str(value) for value in column[:ROWS_SHOWN]] for column in self.data.values()]
        return list(zip(*shown, strict=True))

    def __repr__(self):
        heads = [f"{name} [{self.units[name]}]" for name in self.data]
        lines = [" | ".join(row) for row in [heads, *self._rows()]]
        return "\n".join([f"{self.title}: {len(self):,} rows", *lines, "…"])

    def _repr_html_(self):
        def cells(tag, values):
            return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)

        heads = "".join(
            f'<th scope="col">{html.escape(name)}<br><small>{html.escape(self.units[name])}</small>'
            "</th>"
            for name in self.data
        )
        rows = "".join(f"<tr>{cells('td', row)}</tr>" for row in self._rows())
        return (
            f"<table><caption>{html.escape(self.title)}: the first {len(self._rows())} of "
            f"{len(self):,} rows</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


CAR_UNITS = {
    "cylinders": "number",
    "displacement": "cubic inches",
    "horsepower": "hp",
    "weight": "pounds",
    "acceleration": "s from 0 to 60 mph",
    "year": "model year, 19…",
    "origin": "1 USA, 2 Europe, 3 Japan",
    "name": "text",
    "mpg": "miles per US gallon",
}


def load_auto_mpg():
    """Return the Auto MPG table: 392 cars of 1970 to 1982, a `Table` of nine columns.

    The target is `mpg`, 9 to 46.6 miles per US gallon (235.2 / mpg is litres per 100 km); the
    features are cylinders, displacement, horsepower, weight, acceleration (seconds from 0 to 60
    mph: less is faster), year and origin, a code that is no quantity. The `name` is text and
    marks a car only roughly: there are 301 names.

    The file is mlxtend's; its own `autompg_data()` reads the names as numbers, so that its eighth
    column is NaN from top to bottom. Here they stay text. Nothing is missing: of the 398 cars of
    the UCI repository, mlxtend left out the six whose horsepower is unknown.

    Raises DataUnavailable where the file is damaged. Source: Quinlan, 1993; UCI repository 9.
    """
    lines = gzip.decompress(read_carried("cars")).decode("utf-8").splitlines()
    table = zip(*csv.reader(lines), strict=True)
    types = {"cylinders": int, "year": int, "origin": int, "name": str}
    data = {
        name: np.array([types.get(name, float)(value) for value in column])
        for name, column in zip(CAR_UNITS, table, strict=True)
    }
    return Table("Cars and their fuel consumption", data, CAR_UNITS)


WEATHER_UNITS = {
    "date": "day",
    "precipitation": "mm",
    "temp_max": "°C",
    "temp_min": "°C",
    "wind": "m/s, mean of the day",
    "weather": "text",
}


def load_seattle_weather():
    """Return the weather of Seattle, every day of 2012 to 2015: a `Table` of 1,461 rows.

    Columns: date (NumPy days, without a gap), precipitation, temp_max, temp_min, wind, and
    weather, one word for the day: drizzle, fog, rain, snow or sun. The word is somebody's summary
    and no measurement: it rained on many of the days that it calls foggy. Nothing is missing.

    Raises DataUnavailable where data/seattle_weather.csv is damaged. Source: NOAA, as
    transformed by the authors of vega-datasets; data/README.md says more.
    """
    rows = list(csv.DictReader(read_listed("seattle_weather.csv").decode("utf-8").splitlines()))
    types = {
        "date": lambda text: np.datetime64(text.replace("/", "-"), "D"),
        "weather": str,
    }
    data = {
        name: np.array([types.get(name, float)(row[name]) for row in rows])
        for name in WEATHER_UNITS
    }
    return Table("Daily weather in Seattle", data, WEATHER_UNITS)
