"""Values on their way to the page: `display`, the value of a cell's last expression, open matplotlib figures."""

import base64
import sys

from . import tables
from .frames import to_json

_LONGEST = 200_000


# The display of this process, for `plt.show()`.
the_display = None


class Display:
    def __init__(self, streams, spark, folder):
        global the_display
        the_display = self
        self._streams = streams
        self._spark = spark
        self._folder = folder
        self._run = ""
        self._count = 0

    def begin(self, run):
        self._run, self._count = run, 0

    def show(self, *values, **_options):
        """`display(value)`."""
        for value in values:
            self._send(self._bundle(value, text_of(value) if _cheap(value) else None))

    def show_html(self, html):
        """`displayHTML(html)`."""
        self._send({"text/html": str(html)})

    def show_last(self, value):
        """Shows the value of the last expression and gives its `repr`; "" where there is nothing to show."""
        text = text_of(value)
        data = self._bundle(value, text)
        self._send(data)
        return text if data else ""

    def show_figures(self):
        """Shows the figures that matplotlib has open, and closes them."""
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is None or not plots.get_fignums():
            return
        for number in plots.get_fignums():
            figure = plots.figure(number)
            if figure.get_axes() or figure.texts or figure.images:
                self._send({"image/png": _png(figure), "text/plain": text_of(figure)})
        plots.close("all")

    def show_frame(self, frame):
        """Shows a Spark frame as a table."""
        self._send(self._bundle(frame, None))

    def _send(self, data):
        if data:
            self._streams.send({"op": "output"}, to_json({"data": data}))

    def _bundle(self, value, text):
        data = {} if text is None else {"text/plain": text}
        if self._spark.is_frame(value):
            # What a command of SQL gives back has no columns: it says nothing.
            table = self._table(*self._spark.frame_to_arrow(value, tables.KEPT_ROWS))
            return {**data, **table} if table else {}
        try:
            data.update(self._rich(value))
        except Exception as error:
            print(f"It cannot be shown: {type(error).__name__}: {error}", file=sys.stderr)
        if not data:
            data["text/plain"] = text_of(value)
        return data

    def _rich(self, value):
        if isinstance(value, type):
            return {}
        kind, library = type(value).__name__, type(value).__module__.partition(".")[0]
        if library == "pandas" and kind in ("DataFrame", "Series"):
            made = tables.arrow_of_pandas(value)
            return {} if made is None else self._table(*made)
        if library == "pyarrow" and kind in ("Table", "RecordBatch"):
            table = value if kind == "Table" else sys.modules["pyarrow"].Table.from_batches([value])
            return self._table(table, table.num_rows > tables.KEPT_ROWS)
        if library == "polars" and kind == "DataFrame":
            return self._table(
                value.head(tables.KEPT_ROWS).to_arrow(), value.height > tables.KEPT_ROWS
            )
        if library == "altair" and hasattr(value, "to_dict"):
            return _vega(value)
        if library == "matplotlib" and hasattr(value, "savefig"):
            png = _png(value)
            sys.modules["matplotlib.pyplot"].close(value)
            return {"image/png": png}
        return _own_words(value)

    def _table(self, table, more):
        if table.num_columns == 0:
            return {}
        self._count += 1
        file = f"{self._run}-{self._count}.arrow"
        return {tables.TABLE: tables.write_table(table, more, self._folder, file)}


def text_of(value):
    """`repr`, whatever it does, and not longer than a page can bear."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _cheap(value):
    return type(value).__module__.partition(".")[0] not in ("pandas", "pyspark")


def _vega(chart):
    spec = chart.to_dict()
    version = spec.get("$schema", "").rpartition("/v")[2].partition(".")[0] or "5"
    return {f"application/vnd.vegalite.v{version}+json": spec}


def _png(figure):
    import io

    made = io.BytesIO()
    figure.savefig(made, format="png", bbox_inches="tight")
    return base64.b64encode(made.getvalue()).decode()


_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_json_": "application/json",
    "_repr_latex_": "text/latex",
}


def _own_words(value):
    data = {}
    bundle = getattr(type(value), "_repr_mimebundle_", None)
    if callable(bundle):
        made = value._repr_mimebundle_(include=None, exclude=None)
        data.update(made[0] if isinstance(made, tuple) else made or {})
    for method, mime in _METHODS.items():
        if mime not in data and callable(getattr(type(value), method, None)):
            made = getattr(value, method)()
            made = made[0] if isinstance(made, tuple) else made
            if made is not None:
                data[mime] = made
    return {
        mime: base64.b64encode(made).decode() if isinstance(made, (bytes, bytearray)) else made
        for mime, made in data.items()
    }
