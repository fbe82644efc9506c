"""Explorables: live pictures that follow the hand, in lessons, decks and pages.

Each is one JavaScript module without a build step (its mathematics is tested against Python) and
a class that checks its arguments and keeps the values in step with the picture.
"""

from .attention import Attention
from .base import EMBEDDED, Explorable, module_source, style_source
from .convolution import Convolution
from .convolution_model import KERNELS
from .descent import LANDSCAPES, Descent, Landscape, descend
from .digit_reader import DigitReader
from .fill_mask import FillMask
from .microscope import Microscope
from .network_pass import NetworkPass
from .neuron import Neuron
from .next_words import NextWords
from .perceptron_line import PerceptronLine
from .playground import Playground
from .playground_model import Run, replay
from .threshold import Threshold
from .word_weights import WordWeights

__all__ = [
    "EMBEDDED",
    "KERNELS",
    "LANDSCAPES",
    "Attention",
    "Convolution",
    "Descent",
    "DigitReader",
    "Explorable",
    "FillMask",
    "Landscape",
    "Microscope",
    "NetworkPass",
    "Neuron",
    "NextWords",
    "PerceptronLine",
    "Playground",
    "Run",
    "Threshold",
    "WordWeights",
    "descend",
    "module_source",
    "replay",
    "style_source",
]
