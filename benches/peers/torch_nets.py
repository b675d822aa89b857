"""PyTorch on the CPU, on the very numbers on which Plimsoll's nets are measured.

usage: torch_nets.py DIR STEPS CHANNELS EPOCHS BATCH_ROWS RUNS HELD_BACK SEED NET...

DIR has the files `fit` and `test`: the values as little-endian float32, row by row, then a byte a label. Columns are
steps of channels. Each NET (`mlp`, `cnn`, `lstm`) has the layers, the Adam and the batches of ours; its values are
standardised before the clock starts, ours after. Run r starts from seed SEED + r. Prints one JSON object a net: the
median of the seconds of fits of all epochs, and the mean AUC of fits that hold back a share of the rows and keep the epoch
with the least loss on them.
"""

import copy
import json
import pathlib
import statistics
import sys
import time

import numpy
import torch

THREADS = 2
ROWS_ALONE = 500


def read(path, columns):
    data = path.read_bytes()
    rows = len(data) // (4 * columns + 1)
    values = numpy.frombuffer(data, "<f4", rows * columns).reshape(rows, columns)
    return values, numpy.frombuffer(data, "u1", rows, rows * columns * 4).astype("f4")


class Mlp(torch.nn.Module):
    def __init__(self, steps, channels):
        super().__init__()
        sizes = [steps * channels, 64, 32]
        layers = [layer for a, b in zip(sizes, sizes[1:]) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())]
        self.layers = torch.nn.Sequential(torch.nn.Flatten(), *layers, torch.nn.Linear(32, 1))

    def forward(self, rows):
        return self.layers(rows)[:, 0]


class Cnn(torch.nn.Module):
    def __init__(self, steps, channels):
        super().__init__()
        self.convolution = torch.nn.Conv1d(channels, 32, 3, padding=1)
        self.hidden, self.last = torch.nn.Linear(32, 32), torch.nn.Linear(32, 1)

    def forward(self, rows):
        largest = torch.relu(self.convolution(rows.transpose(1, 2))).amax(dim=2)
        return self.last(torch.relu(self.hidden(largest)))[:, 0]


class Lstm(torch.nn.Module):
    def __init__(self, steps, channels):
        super().__init__()
        self.memory, self.last = torch.nn.LSTM(channels, 32, batch_first=True), torch.nn.Linear(32, 1)

    def forward(self, rows):
        _, (hidden, _) = self.memory(rows)
        return self.last(hidden[0])[:, 0]


def auc(labels, scores):
    """The share of pairs of an event and none that are in order; ties count half."""
    _, inverse, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(counts) - (counts - 1) / 2)[inverse]
    events = labels.sum()
    return (ranks[labels == 1].sum() - events * (events + 1) / 2) / (events * (len(labels) - events))


def fit(kind, steps, channels, values, labels, epochs, batch_rows, seed, held_back=0.0):
    torch.manual_seed(seed)
    net = kind(steps, channels)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.001)
    measure = torch.nn.BCEWithLogitsLoss()
    count = round(held_back * len(labels))
    held, rest = torch.randperm(len(labels)).split([count, len(labels) - count])
    least, kept = float("inf"), None
    for _ in range(epochs):
        order = rest[torch.randperm(len(rest))]
        for rows in order.split(batch_rows):
            optimiser.zero_grad()
            measure(net(values[rows]), labels[rows]).backward()
            optimiser.step()
        if len(held):
            with torch.inference_mode():
                loss = measure(net(values[held]), labels[held]).item()
            if loss < least:
                least, kept = loss, copy.deepcopy(net.state_dict())
    if kept:
        net.load_state_dict(kept)
    return net


def measured(name, kind, steps, channels, data, epochs, batch_rows, runs, held_back, seed):
    (values, labels), (test, test_labels) = data
    seconds, cpu, aucs, alone = [], [], [], []
    for run in range(runs):
        start, cpu_start = time.perf_counter(), time.process_time()
        net = fit(kind, steps, channels, values, labels, epochs, batch_rows, seed + run)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - cpu_start)
        kept = fit(kind, steps, channels, values, labels, epochs, batch_rows, seed + run, held_back)
        with torch.inference_mode():
            aucs.append(float(auc(test_labels.numpy(), kept(test).numpy())))
    with torch.inference_mode():
        for row in range(ROWS_ALONE):
            start = time.perf_counter()
            net(test[row : row + 1]).item()
            alone.append((time.perf_counter() - start) * 1e6)
    return {
        "peer": f"torch {torch.__version__}, {THREADS} threads",
        "net": name,
        "seconds": statistics.median(seconds),
        "cpu_seconds": statistics.median(cpu),
        "auc": statistics.mean(aucs),
        "microseconds_a_row": statistics.median(alone),
    }


def main():
    place = pathlib.Path(sys.argv[1])
    steps, channels, epochs, batch_rows, runs = map(int, sys.argv[2:7])
    held_back, seed = float(sys.argv[7]), int(sys.argv[8])
    torch.set_num_threads(THREADS)
    (values, labels), (test, test_labels) = (read(place / part, steps * channels) for part in ("fit", "test"))
    mean, scale = values.mean(axis=0), values.std(axis=0)
    shaped = lambda rows: torch.from_numpy(((rows - mean) / scale).reshape(-1, steps, channels))
    data = (shaped(values), torch.from_numpy(labels)), (shaped(test), torch.from_numpy(test_labels))
    kinds = {"mlp": Mlp, "cnn": Cnn, "lstm": Lstm}
    for name in sys.argv[9:]:
        figures = measured(name, kinds[name], steps, channels, data, epochs, batch_rows, runs, held_back, seed)
        print(json.dumps(figures), flush=True)


main()
