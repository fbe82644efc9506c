"""The device is described whatever the machine, and nothing is changed by looking."""

import os
import subprocess
import sys
import types

import pytest

from course_utils import gpu

LISTED = "NVIDIA H200, 143771, 570.86.15\n"


def fake_tensorflow(*details, cuda=True):
    """Return a stand-in that sees one GPU for each dictionary of details."""
    devices = [types.SimpleNamespace(name=f"/physical_device:GPU:{i}") for i in range(len(details))]
    config = types.SimpleNamespace(
        list_physical_devices=lambda kind: devices if kind == "GPU" else [],
        experimental=types.SimpleNamespace(
            get_device_details=lambda device: details[devices.index(device)]
        ),
    )
    test = types.SimpleNamespace(is_built_with_cuda=lambda: cuda)
    return types.SimpleNamespace(config=config, test=test)


@pytest.fixture
def machine(monkeypatch):
    """Set up a machine: its TensorFlow, what nvidia-smi prints (None: absent), its system."""

    def set_up(tensorflow, listed=None, system="linux", processor="x86_64"):
        monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
        monkeypatch.setattr(gpu.sys, "platform", system)
        monkeypatch.setattr(gpu.platform, "machine", lambda: processor)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        monkeypatch.setattr(gpu.shutil, "which", lambda name: None if listed is None else name)

        def run(command, **options):
            assert command[0] == "nvidia-smi" and options["timeout"] == gpu.PATIENCE
            if isinstance(listed, Exception):
                raise listed
            return subprocess.CompletedProcess(command, 0, stdout=listed)

        monkeypatch.setattr(gpu.subprocess, "run", run)

    return set_up


def test_a_gpu_in_use_is_described_with_memory_driver_and_precision(machine):
    h200 = {"device_name": "NVIDIA H200", "compute_capability": (9, 0)}
    machine(fake_tensorflow(h200), "NVIDIA T4, 15360, 570.86.15\n" + LISTED)
    assert gpu.has_gpu() is True
    device = gpu.describe_device()
    assert device == gpu.Device("GPU NVIDIA H200", 143771 / 1024, "570.86.15", True, gpu.ALL_WELL)
    assert str(device).splitlines() == [
        "Device           GPU NVIDIA H200",
        "Memory           140.4 GiB",
        "Driver           570.86.15",
        "Mixed precision  faster here",
        "What to do       nothing: TensorFlow computes on the GPU.",
    ]


def test_an_old_gpu_gains_nothing_from_mixed_precision(machine):
    machine(fake_tensorflow({"device_name": "GTX 1080", "compute_capability": (6, 1)}))
    assert gpu.describe_device().mixed_precision is False


def test_several_gpus_are_counted(machine):
    t4 = {"device_name": "Tesla T4", "compute_capability": (7, 5)}
    machine(fake_tensorflow(t4, t4), "Tesla T4, 15360, 550.1\n" * 2)
    device = gpu.describe_device()
    assert device.name == "GPU Tesla T4, the first of 2" and device.mixed_precision


def test_a_gpu_without_details_is_still_a_gpu(machine):
    machine(fake_tensorflow({}))
    device = gpu.describe_device()
    assert gpu.has_gpu() and device.name == "GPU /physical_device:GPU:0"
    assert (device.memory_gib, device.driver, device.mixed_precision) == (None, None, False)


@pytest.mark.parametrize(
    ("cuda", "system", "remedy"),
    [
        (False, "linux", "run `python3 course.py lab --gpu`, which installs TensorFlow"),
        (True, "linux", "update the NVIDIA driver and run `python3 course.py lab --gpu`"),
        (False, "win32", "use WSL 2"),
    ],
)
def test_a_gpu_that_tensorflow_does_not_see_is_named_with_the_remedy(machine, cuda, system, remedy):
    machine(fake_tensorflow(cuda=cuda), LISTED, system)
    device = gpu.describe_device()
    assert gpu.has_gpu() is False
    assert device.name.startswith("CPU x86_64, ") and device.driver is None
    assert remedy in device.advice and "NVIDIA H200 is there" in device.advice


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_a_gpu_hidden_by_the_environment_is_said_to_be_hidden(machine, monkeypatch, hidden):
    machine(fake_tensorflow(), LISTED)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert gpu.describe_device().advice.startswith("unset the environment variable CUDA_VISIBLE")


def test_apple_silicon_is_told_that_the_cpu_does_it(machine):
    machine(fake_tensorflow(cuda=False), system="darwin", processor="arm64")
    device = gpu.describe_device()
    assert device.name.startswith("CPU arm64") and "Apple silicon" in device.advice


def test_without_a_gpu_there_is_nothing_to_do(machine):
    machine(fake_tensorflow(cuda=False))
    assert gpu.describe_device().advice == "nothing: every lesson runs on the CPU."


@pytest.mark.parametrize(
    "listed",
    [
        "",
        "\x00\ufffd garbage",
        "No devices were found\n",
        "a, b\nname, 1, 2, 3\n",
        subprocess.TimeoutExpired("nvidia-smi", gpu.PATIENCE),
        subprocess.CalledProcessError(9, "nvidia-smi"),
        PermissionError("nvidia-smi"),
    ],
    ids=repr,
)
def test_nvidia_smi_in_trouble_counts_as_no_gpu(machine, listed):
    machine(fake_tensorflow(cuda=False), listed)
    assert gpu.describe_device().advice == gpu.CPU_IS_ENOUGH


def test_unknown_memory_is_left_out(machine):
    machine(fake_tensorflow({"device_name": "Orin"}), "Orin, [N/A], 540.4\n")
    device = gpu.describe_device()
    assert device.memory_gib is None and device.driver == "540.4"


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """Put a script of that name first on the PATH."""
    if sys.platform == "win32":
        pytest.skip("the stand-in is a shell script")

    def write(lines):
        script = tmp_path / "nvidia-smi"
        script.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return write


def test_a_hanging_nvidia_smi_is_given_up(nvidia_smi, monkeypatch):
    nvidia_smi("exec sleep 60")
    monkeypatch.setattr(gpu, "PATIENCE", 0.2)
    assert gpu._nvidia_gpus() == []


def test_an_nvidia_smi_that_fails_is_not_believed(nvidia_smi):
    nvidia_smi("echo 'Failed to initialize NVML, mismatch, see dmesg'; exit 18")
    assert gpu._nvidia_gpus() == []


def test_nvidia_smi_is_asked_for_what_is_read(nvidia_smi):
    answer = f'echo "{LISTED.strip()}"'
    nvidia_smi(
        f'case "$1$2" in *name,memory.total,driver_version*noheader,nounits) {answer};; esac'
    )
    assert gpu._nvidia_gpus() == [gpu.NvidiaGPU("NVIDIA H200", 143771 / 1024, "570.86.15")]


class BrokenImport:
    """Finds TensorFlow and fails while it is imported, as with a missing DLL."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, *_):
        if name == "tensorflow":
            raise self.error


@pytest.mark.parametrize(
    "error", [ImportError("DLL load failed"), AttributeError("_ARRAY_API"), OSError("libc")]
)
def test_a_broken_tensorflow_is_sent_to_the_doctor(machine, monkeypatch, error):
    machine(fake_tensorflow(), LISTED)
    monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.setattr(sys, "meta_path", [BrokenImport(error), *sys.meta_path])
    assert gpu.has_gpu() is False
    assert gpu.describe_device().advice.startswith("run `python3 course.py doctor`")


def test_a_tensorflow_that_cannot_list_devices_counts_as_without_gpu(machine):
    machine(types.SimpleNamespace())
    assert gpu.has_gpu() is False
    assert gpu.describe_device().advice == gpu.CPU_IS_ENOUGH
    machine(types.SimpleNamespace(), LISTED)
    assert "lab --gpu" in gpu.describe_device().advice


def test_looking_leaves_tensorflow_as_it_was():
    tensorflow = pytest.importorskip("tensorflow")
    keras = pytest.importorskip("keras")
    from tensorflow.python.eager import context

    started = context.context()._initialized
    policy = keras.config.dtype_policy().name
    device = gpu.describe_device()
    assert gpu.has_gpu() == bool(tensorflow.config.list_physical_devices("GPU"))
    assert device.name.startswith("GPU" if gpu.has_gpu() else "CPU")
    assert context.context()._initialized == started
    assert keras.config.dtype_policy().name == policy
    for physical in tensorflow.config.list_physical_devices("GPU"):
        assert not tensorflow.config.experimental.get_memory_growth(physical)


def test_importing_the_module_imports_no_tensorflow():
    code = "import sys; from course_utils import gpu; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
