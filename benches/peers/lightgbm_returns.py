"""LightGBM on the very rows, columns and split on which Plimsoll's own model is measured.

usage: lightgbm_returns.py FEATURES.csv SEED PARAMETERS

FEATURES.csv has the columns `part` (`fit` or `test`), `label` (0 or 1), then one a feature; empty = missing. Prints one
JSON object a setting: LightGBM's own defaults, and PARAMETERS (JSON), which Plimsoll's champion uses. The metrics are
written out here, so that they check Plimsoll's instead of sharing its code.
"""

import csv
import json
import sys
import time

import lightgbm
import numpy

DEFAULTS = {"objective": "binary"}
ROUNDS = 100


def read(path):
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows)[2:]
        parts, labels, values = [], [], []
        for part, label, *cells in rows:
            parts.append(part)
            labels.append(int(label))
            values.append([float(cell) if cell else numpy.nan for cell in cells])
    return numpy.array(parts), numpy.array(labels), numpy.array(values), names


def auc(labels, scores):
    """The share of pairs of an event and none that are in order; ties count half."""
    _, inverse, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(counts) - (counts - 1) / 2)[inverse]
    events = labels.sum()
    return (ranks[labels == 1].sum() - events * (events + 1) / 2) / (events * (len(labels) - events))


def average_precision(labels, scores):
    """The sum over thresholds of precision times the recall that is gained there; equal scores are one threshold."""
    order = numpy.argsort(-scores, kind="stable")
    labels, scores = labels[order], scores[order]
    last = numpy.append(numpy.diff(scores) != 0, True)
    hits = numpy.cumsum(labels)[last]
    taken = numpy.flatnonzero(last) + 1
    gained = numpy.diff(hits, prepend=0)
    return float((gained * hits / taken).sum() / labels.sum())


def measured(name, parameters, rounds, fit, test, seed):
    parameters = {**parameters, "seed": seed, "num_threads": 2, "verbosity": -1, "deterministic": True}
    start = time.perf_counter()
    model = lightgbm.train(parameters, lightgbm.Dataset(fit[0], label=fit[1]), num_boost_round=rounds)
    seconds = time.perf_counter() - start
    scores = model.predict(test[0])
    return {
        "peer": f"lightgbm {lightgbm.__version__}, {name}",
        "auc": float(auc(test[1], scores)),
        "average_precision": average_precision(test[1], scores),
        "brier": float(((scores - test[1]) ** 2).mean()),
        "fit_seconds": seconds,
        "fit_rows": len(fit[1]),
        "test_rows": len(test[1]),
    }


def main():
    parts, labels, values, _ = read(sys.argv[1])
    seed, ours = int(sys.argv[2]), json.loads(sys.argv[3])
    rounds = ours.pop("rounds")
    fit = (values[parts == "fit"], labels[parts == "fit"])
    test = (values[parts == "test"], labels[parts == "test"])
    print(json.dumps(measured("defaults", DEFAULTS, ROUNDS, fit, test, seed)))
    print(json.dumps(measured("our parameters", {**DEFAULTS, **ours}, rounds, fit, test, seed)))


main()
