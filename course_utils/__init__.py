"""What the lessons share and do not teach: plotting, data, checks, device, explorables."""

import os

# TensorFlow reports every CPU feature it finds; a beginner reads that as an error.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
