"""Frames as pages for the table view: concatenated Arrow IPC streams, one a page, in one file of the results folder."""

import os

PAGE_ROWS = 1000
KEPT_ROWS = 10_000
TABLE = "application/vnd.dagbook.table+json"


def arrow_of_pandas(frame):
    """The first rows of a pandas frame or series as (pyarrow.Table, more). None: without columns, or without pyarrow."""
    try:
        import pyarrow
    except ImportError:
        return None
    pandas = __import__("pandas")
    head = frame.iloc[:KEPT_ROWS]
    if isinstance(frame, pandas.Series):
        head = head.to_frame(name="value" if frame.name is None else frame.name)
    plain = isinstance(head.index, pandas.RangeIndex) and head.index.name is None
    names, columns = [], []
    if not plain:
        levels = range(head.index.nlevels)
        for level in levels:
            label = head.index.names[level]
            unnamed = "index" if len(levels) == 1 else f"level_{level}"
            names.append(unnamed if label is None else _name(label))
            columns.append(_column(pyarrow, head.index.get_level_values(level).to_series()))
    for at in range(head.shape[1]):
        names.append(_name(head.columns[at]))
        columns.append(_column(pyarrow, head.iloc[:, at]))
    if not columns:
        return None
    return pyarrow.Table.from_arrays(columns, names=names), len(frame) > KEPT_ROWS


def write_table(table, more, folder, file):
    """Writes the pages and gives the TableOutput that describes them. `table`: a pyarrow.Table."""
    import pyarrow

    # A slice of a table without columns would have the rows that were asked for.
    table = table.slice(0, min(KEPT_ROWS, table.num_rows)).combine_chunks()
    temporary = os.path.join(folder, f".{file}.part")
    pages = [0]
    os.makedirs(folder, exist_ok=True)
    with open(temporary, "wb") as opened:
        for start in range(0, max(table.num_rows, 1), PAGE_ROWS):
            with pyarrow.ipc.new_stream(opened, table.schema) as stream:
                stream.write_table(table.slice(start, PAGE_ROWS), max_chunksize=PAGE_ROWS)
            pages.append(opened.tell())
    os.replace(temporary, os.path.join(folder, file))
    return {
        "file": file,
        "columns": [{"name": field.name, "type": str(field.type)} for field in table.schema],
        "rows": table.num_rows,
        "more": bool(more),
        "pages": pages,
        "pageRows": PAGE_ROWS,
    }


def _name(label):
    if isinstance(label, tuple):
        return " / ".join(str(part) for part in label if part != "")
    return str(label)


def _keeps_nan(series):
    """Whether NaN is a number there that is not one, and nothing is missing but what says so itself (None, NA)."""
    if series.dtype.kind != "O":
        return series.dtype.kind == "f"
    return set(map(type, series)) <= {float, type(None)}


def _column(pyarrow, series):
    try:
        column = pyarrow.array(series, from_pandas=not _keeps_nan(series))
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
        column = pyarrow.array(
            [None if value is None else str(value) for value in series], "string"
        )
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.combine_chunks()
    return column
