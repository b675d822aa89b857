"""A CSV file to Parquet, by DuckDB or Polars, on two threads.

usage: columnar_import.py duckdb|polars FILE.csv OUT.parquet

Prints one JSON object: the peer's name with its version, and its seconds.
"""

import json
import os
import sys
import time

THREADS = 2
os.environ["POLARS_MAX_THREADS"] = str(THREADS)


def by_duckdb(source, out):
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS})
    start = time.perf_counter()
    connection.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
    return f"duckdb {duckdb.__version__}", time.perf_counter() - start


def by_polars(source, out):
    import polars

    start = time.perf_counter()
    polars.scan_csv(source).sink_parquet(out, compression="zstd")
    return f"polars {polars.__version__}", time.perf_counter() - start


peer, source, out = sys.argv[1:]
name, seconds = {"duckdb": by_duckdb, "polars": by_polars}[peer](source, out)
print(json.dumps({"name": name, "seconds": seconds}))
