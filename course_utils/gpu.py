"""Describe the device on which TensorFlow computes: change nothing, never raise."""

import dataclasses
import os
import platform
import shutil
import subprocess
import sys

PATIENCE = 5  # seconds for nvidia-smi: with a driver in trouble it can hang for ever
NVIDIA_QUERY = ("--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits")
TENSOR_CORES = (7, 0)  # compute capability from which float16 is much faster than float32

ALL_WELL = "nothing: TensorFlow computes on the GPU."
CPU_IS_ENOUGH = "nothing: every lesson runs on the CPU."


@dataclasses.dataclass(frozen=True, repr=False)
class Device:
    """What `describe_device` found; it shows itself as a small table."""

    name: str
    memory_gib: float | None = None  # of the GPU; None for a CPU, or where it is not known
    driver: str | None = None
    mixed_precision: bool = False  # whether float16 makes this device faster
    advice: str = CPU_IS_ENOUGH

    def __repr__(self):
        rows = {
            "Device": self.name,
            "Memory": f"{self.memory_gib:.1f} GiB" if self.memory_gib else "the computer's",
            "Driver": self.driver or "none",
            "Mixed precision": "faster here" if self.mixed_precision else "not faster here",
            "What to do": self.advice,
        }
        return "\n".join(f"{title:<17}{text}" for title, text in rows.items())


@dataclasses.dataclass(frozen=True)
class NvidiaGPU:
    """A GPU as its driver reports it, whether TensorFlow sees it or not."""

    name: str
    memory_gib: float | None = None
    driver: str | None = None


def has_gpu():
    """Tell whether TensorFlow sees a GPU; False where TensorFlow cannot be imported."""
    return bool(_gpus_in_use(_import_tensorflow()))


def describe_device():
    """Return the Device that TensorFlow computes on: the first GPU that it sees, else the CPU.

    Its `advice` says what to do where a GPU is there that TensorFlow does not see.
    """
    tensorflow = _import_tensorflow()
    in_use = _gpus_in_use(tensorflow)
    installed = _nvidia_gpus()
    if not in_use:
        return Device(_cpu_name(), advice=_advice(tensorflow, installed))
    name, capability = in_use[0]
    gpu = next((gpu for gpu in installed if gpu.name == name), NvidiaGPU(name))
    return Device(
        f"GPU {name}" + (f", the first of {len(in_use)}" if len(in_use) > 1 else ""),
        memory_gib=gpu.memory_gib,
        driver=gpu.driver,
        mixed_precision=capability >= TENSOR_CORES,
        advice=ALL_WELL,
    )


def _import_tensorflow():
    """Return the module, or None where it cannot be imported, whatever the reason."""
    try:
        import tensorflow
    except Exception:  # a broken installation raises anything
        return None
    return tensorflow


def _gpus_in_use(tensorflow):
    """Return (name, compute capability) of each GPU that TensorFlow sees, starting none."""
    try:
        return [_details(tensorflow, gpu) for gpu in tensorflow.config.list_physical_devices("GPU")]
    except Exception:  # a driver in trouble raises anything
        return []


def _details(tensorflow, gpu):
    """Return (name, compute capability); (0, 0) where the device does not tell it."""
    try:
        details = tensorflow.config.experimental.get_device_details(gpu)
        name = details.get("device_name") or gpu.name
        return name, tuple(details.get("compute_capability") or (0, 0))
    except Exception:  # it is there all the same
        return gpu.name, (0, 0)


def _nvidia_gpus():
    """Return the GPUs that nvidia-smi lists, [] where it is absent, fails or takes too long."""
    command = shutil.which("nvidia-smi")
    if not command:
        return []
    try:
        done = subprocess.run(
            [command, *NVIDIA_QUERY],
            capture_output=True,
            check=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    lines = (line.split(", ") for line in done.stdout.splitlines())
    return [_nvidia_gpu(*fields) for fields in lines if len(fields) == 3]


def _nvidia_gpu(name, mebibytes, driver):
    """Return one line of nvidia-smi as a NvidiaGPU; the memory may be "[N/A]"."""
    memory = int(mebibytes) / 1024 if mebibytes.strip().isdecimal() else None
    return NvidiaGPU(name.strip(), memory, driver.strip())


def _advice(tensorflow, installed):
    """Return what to do where TensorFlow computes on the CPU."""
    if tensorflow is None:
        return "run `python3 course.py doctor`: TensorFlow cannot be imported."
    if installed:
        return f"{_remedy(tensorflow)} {installed[0].name} is there, TensorFlow does not see it."
    if (sys.platform, platform.machine()) == ("darwin", "arm64"):
        return "nothing: on Apple silicon TensorFlow uses the CPU, enough for every lesson."
    return CPU_IS_ENOUGH


def _remedy(tensorflow):
    """Return how TensorFlow comes to see the GPU that the driver reports."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return "unset the environment variable CUDA_VISIBLE_DEVICES, which hides the GPU."
    if sys.platform == "win32":
        return "nothing, or use WSL 2: on Windows itself TensorFlow knows no GPU."
    if _built_for_gpu(tensorflow):
        return "update the NVIDIA driver and run `python3 course.py lab --gpu`."
    return "run `python3 course.py lab --gpu`, which installs TensorFlow for the GPU."


def _built_for_gpu(tensorflow):
    """Tell whether this TensorFlow was built with CUDA."""
    try:
        return bool(tensorflow.test.is_built_with_cuda())
    except Exception:  # then it is of no use for a GPU
        return False


def _cpu_name():
    """Return the processor's kind and how many cores this process may use."""
    try:
        cores = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # macOS and Windows have no such call
        cores = os.cpu_count() or 1
    return f"CPU {platform.machine()}, {cores} core{'s' if cores > 1 else ''}"
