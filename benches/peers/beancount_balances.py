"""What beancount makes of a file: its errors, and the balance of every account and currency, as JSON."""

import json
import sys
from collections import defaultdict

from beancount import loader
from beancount.core import data

entries, errors, _ = loader.load_file(sys.argv[1])
balances = defaultdict(int)
transactions = 0
for entry in entries:
    if isinstance(entry, data.Transaction):
        transactions += 1
        for posting in entry.postings:
            balances[f"{posting.account} {posting.units.currency}"] += posting.units.number
print(json.dumps({
    "errors": [str(error.message) for error in errors],
    "transactions": transactions,
    "balances": {name: str(amount) for name, amount in balances.items()},
}))
