"""GARCH(1, 1) with a constant mean and normal shocks by the `arch` package.

usage: garch.py RETURNS

RETURNS has one return, in per cent, a line. Prints one JSON object: `peer` and `parameters` (mu, omega, alpha, beta, log-likelihood).
"""

import json
import sys

import arch
import numpy


def main():
    returns = numpy.loadtxt(sys.argv[1])
    model = arch.arch_model(returns, mean="Constant", vol="GARCH", p=1, q=1, dist="normal", rescale=False)
    fit = model.fit(disp="off", tol=1e-12, options={"maxiter": 2000})
    print(json.dumps({"peer": f"arch {arch.__version__}", "parameters": [*fit.params.tolist(), float(fit.loglikelihood)]}))


main()
