#!/usr/bin/env python3
"""Measures codes that Go has no library for, on the pairs of `go run ./benchmarks/phonetics -pairs FILE`.

    pip install abydos==0.5.0 && python other_codes.py FILE
"""
import csv
import sys
from collections import defaultdict

from abydos import phonetic

CODES = {"FONEM": phonetic.FONEM(), "Kölner Phonetik": phonetic.Koelner(), "Henry (1976)": phonetic.HenryEarly()}
KINDS = ["by sound", "by hand", "by scanner"]


def main(path):
    pairs = defaultdict(list)
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            pairs[row["field"], row["kind"]].append((row["written"], row["truth"]))
    for field in sorted({f for f, _ in pairs}):
        print(f"## {field}")
        for name, code in CODES.items():
            known = {}

            def encode(word):
                if word not in known:
                    known[word] = code.encode(word)
                return known[word]

            def share(these):
                return sum(encode(a) == encode(b) != "" for a, b in these) / max(len(these), 1)

            slips = [pair for kind in KINDS for pair in pairs[field, kind]]
            by_kind = " | ".join(f"{share(pairs[field, kind]):.3f}" for kind in KINDS)
            print(f"| {name} | {share(slips):.3f} | {by_kind} | {1e4 * share(pairs[field, '']):.1f} |")


if __name__ == "__main__":
    main(sys.argv[1])
