"""PySpark asks for the active session in many places: `udf`, types given as text, `SparkSession.builder.getOrCreate()`. It finds the
worker's own there, connected at that moment, so that code that has not said `spark` yet works as it does on Databricks.
"""

import importlib.machinery
import os
import sys

_CLIENT = "pyspark.sql.connect.session"


class SessionLookup:
    """`session()` gives the worker's session, and starts the engine if it must."""

    def __init__(self, session):
        self._session = session

    def install(self):
        """Teaches PySpark's client as soon as anybody imports it; until then nothing is loaded."""
        if _CLIENT in sys.modules:
            self._teach(sys.modules[_CLIENT])
        else:
            sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
        """The part of an importer: takes part in one import only."""
        if name != _CLIENT:
            return None
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                self._teach(module)

            spec.loader.exec_module = exec_module
        return spec

    def _teach(self, module):
        client = module.SparkSession
        active, default = client.getActiveSession.__func__, client._get_default_session.__func__
        # The builder wants an address before it looks for a session; `connect` puts the right one here.
        os.environ.setdefault("SPARK_REMOTE", "sc://localhost")

        def ours(found):
            if found is None:
                session = self._session()
                found = None if session.is_stopped else session
            return found

        def getActiveSession(cls):
            # PySpark itself asks at every `col`, and does without; who needs a session asks for the default one next.
            return active(cls) if _asked_by_pyspark() else ours(active(cls))

        def _get_default_session(cls):
            return ours(default(cls))

        getActiveSession.__doc__ = active.__doc__
        client.getActiveSession = classmethod(getActiveSession)
        client._get_default_session = classmethod(_get_default_session)


def _asked_by_pyspark():
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") == "pyspark.sql.utils":
        frame = frame.f_back
    return frame is not None and str(frame.f_globals.get("__name__")).startswith("pyspark.")
