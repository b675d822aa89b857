"""Orders joined with their payments, and money grouped by month, currency and category: the plain query that a tie-out
would be without settlements, entries, exceptions and places. By DuckDB or Polars, on two threads.

usage: tie_out.py duckdb|polars EXPORTS

Prints one JSON object: the peer's name with its version, its seconds, and the rows of its answers.
"""

import json
import os
import sys
import time

THREADS = 2
os.environ["POLARS_MAX_THREADS"] = str(THREADS)

ORDERS = "simulated-shopify-orders.csv"
PAYMENTS = "simulated-stripe-payout-reconciliation.csv"
BANK = "simulated-bank.csv"
ORDER = "payment_metadata[order_id]"


def by_duckdb(exports):
    import duckdb

    connection = duckdb.connect(config={"threads": THREADS})
    start = time.perf_counter()
    for name, file in (("orders", ORDERS), ("payments", PAYMENTS), ("bank", BANK)):
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{exports}/{file}')")
    open_orders = connection.execute(f"""
        SELECT o."Name", round(any_value(o."Total") - coalesce(sum(p.gross), 0), 2) AS left_over
        FROM orders o LEFT JOIN payments p ON p."{ORDER}" = o."Name" AND p.reporting_category = 'charge'
        GROUP BY o."Name" HAVING left_over <> 0
    """).fetchall()
    payouts = connection.execute("""
        SELECT automatic_payout_id, currency, round(sum(net), 2) AS gap FROM payments GROUP BY ALL HAVING gap <> 0
    """).fetchall()
    months = connection.execute("""
        SELECT date_trunc('month', created_utc), currency, reporting_category, sum(gross), sum(fee), sum(net)
        FROM payments GROUP BY ALL
        UNION ALL
        SELECT date_trunc('month', "Booking date"), "Currency", 'bank', sum("Amount"), 0, sum("Amount")
        FROM bank GROUP BY ALL
        UNION ALL
        SELECT date_trunc('month', CAST("Created at" AS TIMESTAMP)), "Currency", 'sales', sum("Total"), 0, sum("Total")
        FROM orders GROUP BY ALL
    """).fetchall()
    seconds = time.perf_counter() - start
    return f"duckdb {duckdb.__version__}", seconds, [len(open_orders), len(payouts), len(months)]


def by_polars(exports):
    import polars as pl

    start = time.perf_counter()
    orders = pl.scan_csv(f"{exports}/{ORDERS}")
    payments = pl.scan_csv(f"{exports}/{PAYMENTS}")
    bank = pl.scan_csv(f"{exports}/{BANK}")
    charges = (
        payments.filter(pl.col("reporting_category") == "charge")
        .group_by(pl.col(ORDER).alias("Name"))
        .agg(pl.col("gross").sum())
    )
    open_orders = (
        orders.join(charges, on="Name", how="left")
        .with_columns((pl.col("Total") - pl.col("gross").fill_null(0)).round(2).alias("left_over"))
        .filter(pl.col("left_over") != 0)
    )
    payouts = (
        payments.group_by("automatic_payout_id", "currency").agg(pl.col("net").sum().round(2)).filter(pl.col("net") != 0)
    )
    month = lambda column: pl.col(column).str.slice(0, 7).alias("month")
    of_payments = payments.group_by(month("created_utc"), "currency", "reporting_category").agg(
        pl.col("gross").sum(), pl.col("fee").sum(), pl.col("net").sum()
    )
    of_bank = bank.group_by(month("Booking date"), "Currency").agg(pl.col("Amount").sum())
    of_orders = orders.group_by(month("Created at"), "Currency").agg(pl.col("Total").sum())
    answers = pl.collect_all([open_orders, payouts, of_payments, of_bank, of_orders])
    seconds = time.perf_counter() - start
    return f"polars {pl.__version__}", seconds, [answer.height for answer in answers]


peer, exports = sys.argv[1:]
name, seconds, rows = {"duckdb": by_duckdb, "polars": by_polars}[peer](exports)
print(json.dumps({"name": name, "seconds": seconds, "rows": rows}))
