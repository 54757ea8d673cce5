"""The matplotlib backend of a notebook: `plt.show()` shows the open figures under the cell."""

from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas  # noqa: F401
from matplotlib.backends.backend_agg import FigureManagerBase as FigureManager  # noqa: F401

from . import display


def show(*_arguments, **_options):
    """Called by `plt.show()`."""
    display.the_display.show_figures()
