"""Arrays in, Matplotlib Axes out: the figures that lessons and decks share.

Every function draws into `axes` (made with `plt.subplots()` where none is given) and returns it.
Show the finished figure with `show(figure, alt="…")`. The style is
`plt.style.use("course_utils.course")`. One module a theme; lessons use `plotting.plot_…`.
"""

from .classes import (
    plot_accuracy_ceiling,
    plot_confusion_matrix,
    plot_costs,
    plot_precision_recall,
    plot_scores,
    plot_training_parts,
)
from .common import (
    CLASS_COLORS,
    CLASS_MARKERS,
    plot_curves,
    plot_images,
    plot_learning_curves,
    plot_line,
    plot_network,
    plot_points,
    plot_probabilities,
    plot_weights,
)
from .descent import (
    plot_batch_sizes,
    plot_chain_rule,
    plot_computation,
    plot_cross_entropy,
    plot_descent,
    plot_descents,
    plot_error_losses,
    plot_gradient_sizes,
    plot_landscape,
    plot_losses,
    plot_prediction_errors,
    plot_reuse,
    plot_surface,
    plot_surface_and_contours,
)
from .diagrams import (
    plot_backward_pass,
    plot_forward_pass,
)
from .networks import (
    plot_effects,
    plot_learning_loop,
    plot_matrix_product,
    plot_output_maps,
    plot_partial_pass,
    plot_representation,
    plot_sum_errors,
    plot_unit_maps,
    plot_wirings,
)
from .perceptron import (
    plot_activation,
    plot_errors,
    plot_gate,
    plot_line_history,
    plot_neuron,
)
from .playground import (
    plot_answers,
    plot_answers_table,
    plot_weight_sizes,
)
from .showing import (
    PIXELS_PER_INCH,
    show,
    to_html,
)
from .welcome import (
    plot_feature_levels,
    plot_hype_cycle,
    plot_nested_fields,
    plot_network_kinds,
    plot_squared_errors,
    plot_timeline,
)

__all__ = [
    "CLASS_COLORS",
    "CLASS_MARKERS",
    "PIXELS_PER_INCH",
    "plot_accuracy_ceiling",
    "plot_activation",
    "plot_answers",
    "plot_answers_table",
    "plot_backward_pass",
    "plot_batch_sizes",
    "plot_chain_rule",
    "plot_computation",
    "plot_confusion_matrix",
    "plot_costs",
    "plot_cross_entropy",
    "plot_curves",
    "plot_descent",
    "plot_descents",
    "plot_effects",
    "plot_error_losses",
    "plot_errors",
    "plot_feature_levels",
    "plot_forward_pass",
    "plot_gate",
    "plot_gradient_sizes",
    "plot_hype_cycle",
    "plot_images",
    "plot_landscape",
    "plot_learning_curves",
    "plot_learning_loop",
    "plot_line",
    "plot_line_history",
    "plot_losses",
    "plot_matrix_product",
    "plot_nested_fields",
    "plot_network",
    "plot_network_kinds",
    "plot_neuron",
    "plot_output_maps",
    "plot_partial_pass",
    "plot_points",
    "plot_precision_recall",
    "plot_prediction_errors",
    "plot_probabilities",
    "plot_representation",
    "plot_reuse",
    "plot_scores",
    "plot_squared_errors",
    "plot_sum_errors",
    "plot_surface",
    "plot_surface_and_contours",
    "plot_timeline",
    "plot_training_parts",
    "plot_unit_maps",
    "plot_weight_sizes",
    "plot_weights",
    "plot_wirings",
    "show",
    "to_html",
]
