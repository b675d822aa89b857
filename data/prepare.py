"""Makes the shipped copy of Online Retail: the customer numbers are re-keyed, all else stays byte for byte.

    python3 prepare.py <online_retail.csv.gz of the UCI repository> online_retail.csv.gz

The numbers are pseudonyms of people, so each becomes another five-digit number by a permutation whose seed is drawn
from the system and kept nowhere: equal customers stay equal, and nobody can go back. Run twice, the customer column
differs and nothing else does; the archive itself is deterministic (gzip -9, no name, time 0).
"""

import gzip
import os
import random
import re
import sys

# The customer is the last field but one; no country holds a comma or a quote, and no field a line end.
TAIL = re.compile(rb",(?:(\d{5})(\.0)?)?,([^,\"\n]*)\n\Z")


def permutation():
    numbers = list(range(10_000, 100_000))
    random.Random(os.urandom(32)).shuffle(numbers)
    return numbers


def rekeyed(line, numbers):
    tail = TAIL.search(line)
    if tail is None:
        raise SystemExit(f"unexpected line: {line!r}")
    if tail[1] is None:
        return line
    number = b"%d" % numbers[int(tail[1]) - 10_000]
    return line[: tail.start(1)] + number + line[tail.end(1) :]


def main(source, target):
    numbers = permutation()
    with gzip.open(source) as lines:
        header = next(lines)
        body = [rekeyed(line, numbers) for line in lines]
    with open(target, "wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
        packed.write(header + b"".join(body))


if __name__ == "__main__":
    main(*sys.argv[1:])
