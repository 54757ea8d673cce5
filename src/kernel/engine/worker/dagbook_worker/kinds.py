"""What each kind of cell does when it runs."""

import re

from . import shell, source
from .files import run_fs_line
from .magics import Magics
from .statements import fill_parameters, is_query, split_statements


class NotHere(Exception):
    """A cell that this machine cannot run."""


class Kinds:
    def __init__(self, namespace, spark, display, dbutils, run_coroutine):
        self._namespace = namespace
        self._spark = spark
        self._display = display
        self._dbutils = dbutils
        self._run_coroutine = run_coroutine
        namespace.predefine("__dagbook__", Magics(self.run_magic))

    def run(self, kind, text, code, extra_name):
        """Runs a cell; `code` is what a Python cell was compiled to. Gives the text of its value."""
        if kind == "python":
            return self._python(code)
        if kind == "sql":
            return self._sql(text, extra_name)
        if kind == "fs":
            return self._show(run_fs_line(self._dbutils.fs, text))
        if kind == "sh":
            shell.run_sh_cell(text)
        elif kind == "pip":
            shell.run_pip(text)
        elif kind != "markdown":
            what = text.split(None, 1)[0] if kind == "magic" and text.strip() else f"%{kind}"
            raise NotHere(f"This machine cannot run {what} cells.")
        return ""

    def run_magic(self, kind, text):
        """A magic line inside a Python cell."""
        self.run(kind, text, None, None)

    def _python(self, code):
        names = self._namespace.names
        if code.body is not None:
            source.execute(code.body, names, self._run_coroutine)
        if code.last is None:
            return ""
        return self._show(source.execute(code.last, names, self._run_coroutine))

    def _sql(self, text, extra_name):
        widgets = self._dbutils.widgets
        text = fill_parameters(text, self._parameter)
        for name in re.findall(r"(?<![:\w]):([A-Za-z_]\w*)", text):
            widgets.note(name)
        frame, last = None, ""
        for statement, first_line in split_statements(text):
            made = self._spark.run_sql(statement, widgets.values(), first_line)
            frame, last = (frame, last) if made is None else (made, statement)
        if frame is None:
            return ""
        if is_query(last):
            self._namespace.names["_sqldf"] = frame
            if extra_name is not None:
                self._namespace.names[extra_name] = frame
            self._display.show_frame(frame)
        elif frame.columns:
            self._display.show_frame(frame)
        return ""

    def _parameter(self, name):
        self._dbutils.widgets.note(name)
        return self._dbutils.widgets.values().get(name)

    def _show(self, value):
        return "" if value is None else self._display.show_last(value)
