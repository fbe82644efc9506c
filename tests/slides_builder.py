"""slides/build.py as a module for tests (notebooks/build.py has the same file name)."""

import importlib.util
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SLIDES = PROJECT / "slides"


def load():
    """Return slides/build.py as a module."""
    if "slides_build" not in sys.modules:
        specification = importlib.util.spec_from_file_location("slides_build", SLIDES / "build.py")
        sys.modules["slides_build"] = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(sys.modules["slides_build"])
    return sys.modules["slides_build"]
