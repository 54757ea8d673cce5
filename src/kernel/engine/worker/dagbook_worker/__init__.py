"""Dagbook's Python worker: one process that runs the cells of one notebook.

The way in: `main.py` starts the process and takes requests, `run.py` runs one cell, `kinds.py` says what each kind of cell
does, `versions.py` checks names out before a run and records them after it. Standard library only; what it shows of pandas,
Arrow, Spark or matplotlib it finds in the user's environment.
"""
