"""Show a finished figure with a text alternative."""

import base64
import html
import io

import matplotlib.pyplot as plt

PIXELS_PER_INCH = 200  # twice a screen's: crisp on a projector and on high-density screens


def show(figure, alt):
    """Display `figure` with the text alternative `alt`, then close it.

    `alt` names the axes and the finding for somebody who cannot see the picture.

    Raises:
        TypeError: `figure` is not a Matplotlib figure.
        ValueError: `alt` is empty.
    """
    from IPython.display import display

    if not hasattr(figure, "savefig"):
        kind = type(figure).__name__
        raise TypeError(f"show() expects a figure (`figure, axes = plt.subplots()`), not {kind}.")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError('show() expects a text alternative: show(figure, alt="what one sees").')
    plt.close(figure)
    display({"text/html": to_html(figure, alt), "text/plain": alt}, raw=True)


def to_html(figure, alt):
    """Return `figure` as an HTML `<figure>` that carries its picture and the text `alt`."""
    buffer = io.BytesIO()
    quick = {"compress_level": 1}  # a slider waits for this picture
    figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH, pil_kwargs=quick)
    picture = base64.b64encode(buffer.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 100)
    return (
        f'<figure style="margin: 0"><img alt="{html.escape(alt, quote=True)}" '
        f'src="data:image/png;base64,{picture}" style="width: {width}px; max-width: 100%">'
        "</figure>"
    )
