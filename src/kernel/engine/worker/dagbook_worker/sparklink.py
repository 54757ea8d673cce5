"""The session's Spark, connected when somebody needs it; `spark.py` knows the engine, this file knows when to ask for it."""

import importlib

from .link import HostRefused
from .sparklookup import SessionLookup

# Who mentions one of these needs the engine. What nobody could foresee finds the placeholder below.
_SIGNS = frozenset(("spark", "SparkSession", "DeltaTable", "sqlContext"))


class NotHere(Exception):
    """Something that this machine does not have."""


class SparkLink:
    def __init__(self, link, namespace):
        self._link = link
        self._namespace = namespace
        self._session = None
        self._request = None
        self._begun = False
        namespace.predefine("spark", _LaterSpark(self))
        namespace.predefine("sc", _NoContext())
        namespace.predefine("sql", lambda *args, **named: self.session().sql(*args, **named))
        namespace.predefine("table", lambda name: self.session().table(name))
        SessionLookup(self.session).install()

    def begin(self, request, names):
        """Before a run of code that mentions `names`: connects if it is going to need it, and says where tables and views are.
        Gives the views of its place that this process does not have.
        """
        self._request, self._begun = request, False
        if self._session is None and _SIGNS.isdisjoint(names):
            return []
        try:
            # Also for a session that is there: the engine may have been started anew.
            return self._connect()
        except HostRefused:
            # Whoever does use it hears of it.
            return [] if self._session is None else self._start()

    def finish(self):
        """After a run: the tables and views it touched."""
        if not self._begun:
            return {"tables": [], "views": []}
        self._begun = False
        return self._module().finish()

    def session(self):
        """The connected session. Starts the engine at the first call."""
        if self._session is None:
            self._connect()
        return self._session

    def run_sql(self, text, parameters, first_line):
        self.session()
        return self._module().run_sql(text, parameters, self._namespace.names, first_line)

    def is_frame(self, value):
        return self._session is not None and self._module().is_frame(value)

    def frame_to_arrow(self, frame, limit):
        return self._module().frame_to_arrow(frame, limit)

    def explain(self, error):
        """`(name, message, line)` of an error of the engine, else None."""
        told = self._module().explain(error) if self._session is not None else None
        return None if told is None else told[:3]

    def _connect(self):
        address = self._link.ask("engine")
        self._session = self._module().connect(address)
        self._namespace.predefine("spark", self._session)
        return self._start()

    def _start(self):
        if self._begun:
            return []
        self._begun = True
        request, checkout = self._request, self._request["checkout"]
        views = None if checkout is None else checkout["views"]
        begin = self._module().begin
        run, tables = request["run"], request["tables"]
        return begin(self._place, tables, views, run, self._rewrite, self._listed)

    def _place(self, table, write):
        return self._link.ask("place", table=table, write=bool(write))

    def _listed(self):
        return self._link.ask("tables")

    def _rewrite(self, **question):
        return self._link.ask("rewrite", **question)

    def _module(self):
        return importlib.import_module(".spark", __package__)


class _LaterSpark:
    """`spark` until it is connected."""

    def __init__(self, link):
        self._link = link

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._link.session(), name)

    def __repr__(self):
        return "<spark, not connected yet>"


class _NoContext:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotHere(
            "There is no SparkContext (sc) with Spark Connect. Use spark and DataFrames instead."
        )
