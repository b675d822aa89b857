"""The libraries that people use, on the very rows and folds on which Plimsoll's estimators are measured.

usage: learning.py TASK TABLE SCORES SETTINGS

TABLE has no header: fold, label (0 or 1), then one column a feature; empty = missing. Each fold is scored by a fit of the
others (fold -1 is never tested); SCORES gets a line a row. Prints one JSON object: `peer` and `fit_seconds`, the sum over folds.
"""

import json
import sys
import time

import lightgbm
import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

SKLEARN = f"scikit-learn {sklearn.__version__}"


def standardised(model):
    """Gaps at the mean and one scale, as Plimsoll does itself."""
    return make_pipeline(SimpleImputer(), StandardScaler(), model)


TASKS = {
    "lightgbm": (f"lightgbm {lightgbm.__version__}", lambda s: lightgbm.LGBMClassifier(**s)),
    "forest": (SKLEARN, lambda s: RandomForestClassifier(**s)),
    "logistic_l2": (SKLEARN, lambda s: standardised(LogisticRegression(max_iter=1000, **s))),
    "logistic_l1": (
        SKLEARN + ", liblinear",
        lambda s: standardised(LogisticRegression(penalty="l1", solver="liblinear", **s)),
    ),
    "svm": (SKLEARN + ", libsvm", lambda s: standardised(SVC(kernel="rbf", gamma="auto", **s))),
}


def main():
    task, table, scores, settings = sys.argv[1:5]
    name, make = TASKS[task]
    rows = numpy.genfromtxt(table, delimiter=",")
    folds, labels, values = rows[:, 0], rows[:, 1].astype(int), rows[:, 2:]
    told, seconds = numpy.zeros(len(labels)), 0.0
    for fold in numpy.unique(folds[folds >= 0]):
        test = folds == fold
        model = make(json.loads(settings))
        start = time.perf_counter()
        model.fit(values[~test], labels[~test])
        seconds += time.perf_counter() - start
        if hasattr(model, "decision_function"):
            told[test] = model.decision_function(values[test])
        else:
            told[test] = model.predict_proba(values[test])[:, 1]
    numpy.savetxt(scores, told, fmt="%.17g")
    print(json.dumps({"peer": name, "fit_seconds": seconds}))


main()
