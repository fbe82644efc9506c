"""course_utils as a whole: light to import."""

import subprocess
import sys


def test_no_module_imports_tensorflow_before_it_is_needed():
    modules = "check, data, explorables, gpu, plotting, results"
    code = f"import sys; from course_utils import {modules}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not {"tensorflow", "keras", "pandas", "sklearn"} & set(loaded.stdout.split())
