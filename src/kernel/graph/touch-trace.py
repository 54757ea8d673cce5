"""Runs notebooks and tells which tables, views and files each cell really read and wrote.

Reads notebooks from stdin, one JSON object {"cells": [...], "files": {...}} per line. Answers each
with one JSON list, for each cell that ran a list of [mode, resource]. Files are real ones, in a
folder of their own, watched by an audit hook; Spark is a stand-in that only notes what it is asked.
"""

import builtins
import glob
import io
import json
import os
import re
import shutil
import sys
import tempfile

import pandas  # noqa: F401  (its import must not be watched)

watched = {"on": False, "root": "", "seen": []}


def note(mode, kind, name):
    if watched["on"]:
        watched["seen"].append([mode, f"{kind}:{name}"])


def note_path(mode, path):
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    full = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(path)))
    if full.startswith(watched["root"] + os.sep) and not full.endswith((".py", ".pyc")):
        relative = os.path.relpath(full, watched["root"])
        if not relative.startswith("__pycache__"):
            note(mode, "path", relative)


def audit(event, args):
    if not watched["on"]:
        return
    if event == "open":
        path, mode, flags = args
        writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR)) or bool(set(mode or "") & set("wax+"))
        note_path("write" if writes else "read", path)
    elif event in ("os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate"):
        note_path("write", args[0])
    elif event == "os.rename":
        note_path("write", args[0])
        note_path("write", args[1])
    elif event in ("os.listdir", "os.scandir"):
        note_path("read", args[0] or ".")


sys.addaudithook(audit)

real_exists = os.path.exists


def exists(path):
    note_path("read", path)
    return real_exists(path)


os.path.exists = exists


class Handle(io.TextIOWrapper):
    """An open file: every use of it touches the file."""

    def __init__(self, path, mode):
        super().__init__(io.FileIO(path, mode.replace("t", "")), write_through=True)
        self.path, self.touch = path, "read" if mode == "r" else "write"

    def read(self, *args):
        note_path(self.touch, self.path)
        return super().read(*args)

    def write(self, *args):
        note_path(self.touch, self.path)
        return super().write(*args)


def open_file(path, mode="r"):
    note_path("read" if mode == "r" else "write", path)
    return Handle(path, mode)


class Frame:
    def __init__(self, reads):
        self.reads = frozenset(reads)

    def filter(self, *_):
        return Frame(self.reads)

    select = withColumn = dropna = groupBy = filter

    def union(self, other):
        return Frame(self.reads | other.reads)

    join = unionByName = union

    def compute(self):
        for resource in self.reads:
            note("read", "table", resource)

    def count(self):
        self.compute()
        return len(self.reads)

    def collect(self):
        self.compute()
        return ["row"]

    def show(self):
        self.compute()

    def toPandas(self):
        self.compute()
        return pandas.DataFrame({"a": [1]})

    def createOrReplaceTempView(self, name):
        note("write", "view", name.lower())
        spark.views[name.lower()] = self

    @property
    def write(self):
        return Writer(self)


class Writer:
    def __init__(self, frame):
        self.frame, self.how = frame, "errorifexists"

    def mode(self, how):
        self.how = how
        return self

    def saveAsTable(self, name):
        self.frame.compute()
        note("write", "table", spark.full(name))

    insertInto = saveAsTable


class Catalog:
    def tableExists(self, name):
        note("read", "table", spark.full(name))
        return False

    def dropTempView(self, name):
        note("write", "view", name.lower())
        spark.views.pop(name.lower(), None)

    def setCurrentDatabase(self, name):
        spark.schema = name.lower()


class Spark:
    def __init__(self):
        self.views, self.schema, self.catalog = {}, "default", Catalog()

    def full(self, name):
        parts = name.replace("`", "").lower().split(".")
        return ".".join(["main", self.schema, "t"][: 3 - len(parts)] + parts)

    def table(self, name):
        plain = name.replace("`", "").lower()
        if plain in self.views:
            note("read", "view", plain)
            return Frame(self.views[plain].reads)
        note("read", "table", self.full(name))
        return Frame([self.full(name)])

    @property
    def read(self):
        return self

    def sql(self, text):
        result = None
        for statement in filter(None, (part.strip() for part in text.split(";"))):
            result = self.run(statement)
        return result

    def run(self, text):
        source = re.findall(r"(?:from|join|using)\s+([\w.`]+)", re.sub(r"(?i)delete from", "delete", text), re.I)
        frame = Frame(())
        for name in source:
            frame = frame.union(self.table(name))
        target = re.match(
            r"(?i)(insert into|insert overwrite|merge into|delete from|drop table if exists|"
            r"create or replace table|create table if not exists|update)\s+([\w.`]+)",
            text,
        )
        view = re.match(r"(?i)create or replace temp view\s+(\w+)", text)
        use = re.match(r"(?i)use\s+(\w+)", text)
        if target:
            frame.compute()
            note("write", "table", self.full(target[2]))
        elif view:
            frame.createOrReplaceTempView(view[1])
        elif use:
            self.schema = use[1].lower()
        return frame


class Files:
    def put(self, path, text, overwrite=False):
        with open(path, "w") as file:
            file.write(text)

    def head(self, path):
        with open(path) as file:
            return file.read()

    def cp(self, source, target):
        shutil.copyfile(source, target)

    def ls(self, path):
        return [type("Entry", (), {"path": os.path.join(path, n), "name": n}) for n in os.listdir(path)]

    def rm(self, path, recurse=False):
        if os.path.isfile(path):
            os.remove(path)


class Widgets:
    def __init__(self):
        self.values = {}

    def text(self, name, value):
        self.values[name] = value

    def get(self, name):
        return self.values[name]


def accesses(notebook):
    global spark
    spark = Spark()
    dbutils = type("DBUtils", (), {"fs": Files(), "widgets": Widgets()})
    names = {"spark": spark, "dbutils": dbutils, "display": lambda value: value.show()}
    names["__builtins__"] = {**vars(builtins), "open": open_file}
    root = os.path.realpath(tempfile.mkdtemp())
    watched.update(root=root)
    here, told = os.getcwd(), []
    os.chdir(root)
    sys.path.insert(0, root)
    os.mkdir("c")
    for path, text in notebook["files"].items():
        with open(path, "w") as file:
            file.write(text)
    for path in ("a.csv", "b.csv", "c/x.csv"):
        with open(path, "w") as file:
            file.write("a\n1\n")
    try:
        for source in notebook["cells"]:
            watched.update(on=True, seen=[])
            try:
                if source.startswith("%sql "):
                    names["_sqldf"] = spark.sql(source[5:])
                    names["_sqldf"].compute()
                else:
                    exec(compile(source, "cell", "exec"), names)
            except Exception:
                # A failed cell defines nothing, and what follows is not this notebook any more.
                break
            finally:
                watched.update(on=False)
            told.append(watched["seen"])
    finally:
        os.chdir(here)
        sys.path.remove(root)
        for name in [name for name in sys.modules if name.startswith("helper")]:
            del sys.modules[name]
        shutil.rmtree(root, ignore_errors=True)
    return told


for line in sys.stdin:
    print(json.dumps(accesses(json.loads(line))), flush=True)
