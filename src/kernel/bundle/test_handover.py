"""Every kind of value goes from one process to another. Prints one line of JSON a case.

`test_handover.py give FOLDER` stores; `… take FOLDER` loads in a fresh process and checks.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dagbook_handover  # noqa: E402

PREPARE = """
import collections, dataclasses, datetime, decimal, enum, math, re, warnings
warnings.simplefilter("ignore")
class Point:
    def __init__(self, x): self.x = x
    class Inner: pass
@dataclasses.dataclass
class Row:
    name: str
    tags: list
class Colour(enum.Enum):
    RED = 1
def double(x): return factor * x
factor = 2
"""

# case: names, code that makes them, what must hold of them in the other process.
CASES = {
    "nothing": ("v", "v = None", "v is None"),
    "truth": ("v", "v = True", "v is True"),
    "integer": ("v", "v = 2**80", "v == 2**80 and type(v) is int"),
    "float": ("v", "v = -0.1", "repr(v) == '-0.1'"),
    "minus zero": ("v", "v = -0.0", "repr(v) == '-0.0'"),
    "not a number": ("v", "v = [float('nan')]", "math.isnan(v[0])"),
    "infinity": ("v", "v = float('inf')", "v == math.inf"),
    "text": ("v", "v = 'Zürich \\u2028 \\U0001f600'", "v == 'Zürich \\u2028 \\U0001f600'"),
    "half a character": ("v", "v = '\\ud800'", "v == '\\ud800'"),
    "list and dict": ("v", "v = {'a': [1, {'b': None}]}", "v == {'a': [1, {'b': None}]}"),
    "large list": ("v", "v = list(range(50000))", "v == list(range(50000))"),
    "integer keys": ("v", "v = {1: 'a'}", "v == {1: 'a'}"),
    "tuple": ("v", "v = [(1, 2)]", "v == [(1, 2)] and type(v[0]) is tuple"),
    "set": ("v", "v = {1, 2}", "v == {1, 2}"),
    "bytes": ("v", "v = b'\\x00\\xff'", "v == b'\\x00\\xff'"),
    "subclass of dict": (
        "v",
        "v = collections.OrderedDict(b=1, a=2)",
        "list(v) == ['b', 'a'] and type(v) is collections.OrderedDict",
    ),
    "date": ("v", "v = datetime.datetime(2024, 1, 1)", "v == datetime.datetime(2024, 1, 1)"),
    "decimal": ("v", "v = decimal.Decimal('1.10')", "str(v) == '1.10'"),
    "pattern": ("v", "v = re.compile('a+')", "v.match('aa')"),
    "shared inside": ("v", "a = []; v = [a, a]", "v[0] is v[1]"),
    "cycle": ("v", "v = []; v.append(v)", "v[0] is v"),
    "shared by two names": ("v w", "v = [1]; w = {'v': v}", "w['v'] is v"),
    "shared by an object": ("v w", "v = Point([1]); w = v.x", "v.x is w"),
    "instance": ("v", "v = Point(3)", "type(v) is Point and v.x == 3"),
    "nested class": ("v", "v = Point.Inner()", "type(v) is Point.Inner"),
    "dataclass": ("v", "v = Row('a', ['b'])", "v == Row('a', ['b'])"),
    "enum": ("v", "v = [Colour.RED]", "v[0] is Colour.RED"),
    "function in a list": ("v", "v = [double]", "v[0] is double and v[0](2) == 4"),
    "closure": ("v", "v = (lambda k: lambda x: x + k)(1)", "v(1) == 2"),
    "absent": ("v w", "w = 1", "'v' not in globals() and w == 1"),
    "array": ("v", "import numpy; v = numpy.arange(6).reshape(2, 3)", "v.tolist()[1] == [3, 4, 5]"),
    "frame": (
        "v",
        "import pandas; v = pandas.DataFrame({'a': [1, 2], 's': ['x', None]}, index=[5, 6])",
        "v.index.tolist() == [5, 6] and v.s.tolist() == ['x', None]",
    ),
    "frame of lists": (
        "v",
        "import pandas; v = pandas.DataFrame({'a': [[1], [2]]})",
        "type(v.a[0]) is list",
    ),
    "frame of nothing and not a number": (
        "v",
        "import pandas; v = pandas.DataFrame({'a': [None, float('nan'), 'x']}, dtype=object)",
        "v.a[0] is None and v.a[1] != v.a[1]",
    ),
    "frame with equal columns": (
        "v",
        "import pandas; v = pandas.DataFrame([[1, 2]], columns=['a', 'a'])",
        "v.shape == (1, 2)",
    ),
    "frame with dates and categories": (
        "v",
        "import pandas; v = pandas.DataFrame({'d': pandas.date_range('2024', periods=2, tz='UTC'),"
        " 'c': pandas.Categorical(['b', 'a'], ordered=True)})",
        "str(v.d.dtype) == 'datetime64[ns, UTC]' and v.c.cat.ordered",
    ),
    "equal frames of their own": (
        "v w",
        "import pandas; v = pandas.DataFrame({'a': [1, 2], 'b': [3, 4]}); w = v.copy()",
        "v.equals(w) and v is not w",
    ),
    "series": ("v", "import pandas; v = pandas.Series([1.5], name='s')", "v.name == 's'"),
    "two views of one array": (
        "v w",
        "import numpy; v = numpy.zeros(3); w = v[:0:-1]",
        "not w.any() and (v.__setitem__(2, 5), w.tolist())[1] == [5, 0]",
    ),
    "views of texts": (
        "v w",
        "import numpy; v = numpy.array([['a', 'b'], ['c', 'd']], object); w = v.T[1]",
        "w.tolist() == ['b', 'd'] and (v.__setitem__((1, 1), 'x'), w[1])[1] == 'x'",
    ),
    "a column of a frame": (
        "v w",
        "import pandas; v = pandas.DataFrame({'a': ['x', None], 'b': [1, 2]}); w = v['a']",
        "(v.loc.__setitem__((0, 'a'), 'y'), w.tolist())[1] == ['y', None]",
    ),
    "a column that takes another type with its frame": (
        "v w",
        "import pandas; v = pandas.DataFrame({'a': [1, 2], 'b': [3, 4]}); w = v['a']",
        "(w.__setitem__(0, 'y'), v['a'].tolist())[1] == ['y', 2]",
    ),
    "a frame and its column in one list": (
        "v",
        "import pandas; f = pandas.DataFrame({'a': [1.5, 2]}); v = [f, f['a']]",
        "(v[0].loc.__setitem__((0, 'a'), 9), v[1].tolist())[1] == [9, 2]",
    ),
    "arrow": ("v", "import pyarrow; v = pyarrow.table({'a': [1]})", "v.to_pydict() == {'a': [1]}"),
}

REFUSED = {
    "open file": ("v", "v = open('/dev/null')", "`v` of cell `cell` cannot be passed on"),
    "lock": (
        "w",
        "import threading; w = [threading.Lock()]",
        "`w` of cell `cell` cannot be passed on",
    ),
    "generator": ("v", "v = (x for x in [])", "generator"),
    "function": ("double", "", "it is code of the notebook"),
    "two arrays over foreign memory": (
        "v w",
        "import numpy; m = bytearray(9); v = numpy.frombuffer(m, 'b'); w = numpy.frombuffer(m, 'b')",
        "`v`, `w` of cell `cell` cannot be passed on: TypeError: they share memory",
    ),
}


class Values:
    def __init__(self, folder):
        self.file = os.path.join(folder, "values.json")

    def set(self, key, value):
        with open(self.file, "w") as out:
            json.dump({key: value}, out)

    def get(self, taskKey, key):
        with open(self.file) as file:
            return json.load(file)[key]


class Widgets:
    def __init__(self, folder):
        self.values = {"handover": folder, "run": "1", "task": "t", "attempt": "0.1"}

    def get(self, name):
        return self.values[name[len("dagbook_") :]]


class Dbutils:
    def __init__(self, folder):
        self.widgets = Widgets(folder)
        self.jobs = type("Jobs", (), {"taskValues": Values(folder)})()


def main(step, folder, only=None):
    for case, (names, make, holds) in {**CASES, **REFUSED}.items():
        if only is not None and case != only:
            continue
        place = os.path.join(folder, case.replace(" ", "_"))
        os.makedirs(place, exist_ok=True)
        scope = {"__name__": "__main__", "dbutils": Dbutils(place)}
        told = "ok"
        try:
            exec(PREPARE, scope)
            if step == "give":
                exec(make, scope)
                dagbook_handover.give(scope, "cell", names.split(), changing=names.split())
            elif case not in REFUSED:
                exec("v = 'of this task'", scope)
                dagbook_handover.take(scope, "t", "cell", names.split())
                told = "ok" if eval(holds, scope) else "another value"
        except dagbook_handover.HandoverError as error:
            told = str(error)
        if case in REFUSED:
            told = "ok" if step == "take" or holds in told else "not refused: " + told
        codec = "refused"
        if case not in REFUSED:
            with open(scope["dbutils"].jobs.taskValues.get("t", "cell")) as manifest:
                codec = ", ".join(entry["codec"] for entry in json.load(manifest)["values"])
        print(json.dumps({"case": case, "told": told, "codec": codec}))


main(*sys.argv[1:])
