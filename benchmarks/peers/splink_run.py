#!/usr/bin/env python3
"""Runs Splink on DuckDB for `go run ./benchmarks`.

    splink_run.py dedupe RECORDS.csv CLUSTERS.csv [--example] [--model FILE] [--save FILE] [--sweep]
    splink_run.py match RECORDS.csv --model FILE [--new N]

dedupe reads, learns without labels (or reads a model), predicts and clusters. With
--sweep it does so again at other thresholds and writes CLUSTERS.csv.T, for T bits, each;
that is not in its seconds. match takes the last N records for new ones and matches them
with the others, in Splink's favour: reading, cleaning, the tables of term frequencies and
the keeping of clusters are not in its seconds.

The last line printed is JSON. The machine's limits are the caller's; THREADS is its cores.

    python3 -m venv .venv && .venv/bin/pip install -r benchmarks/peers/requirements.txt
"""
import argparse
import json
import logging
import os
import time

import duckdb
import splink
from splink import DuckDBAPI, Linker

import splink_model

PROBABILITY = 0.95  # of Splink's tutorials
SWEEP = range(0, 21, 2)  # bits
TIMED_RUNS = 3


def main():
    args = argparse.ArgumentParser()
    args.add_argument("part", choices=["dedupe", "match"])
    args.add_argument("records")
    args.add_argument("clusters", nargs="?")
    args.add_argument("--example", action="store_true", help="settings as in Splink's examples")
    args.add_argument("--model")
    args.add_argument("--save")
    args.add_argument("--sweep", action="store_true")
    args.add_argument("--new", type=int, default=1000)
    args.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    args = args.parse_args()
    logging.disable(logging.CRITICAL)
    connection = duckdb.connect()
    execute(connection, f"set threads = {args.threads}")
    stages = Stages()
    execute(connection, f"create table raw as select * from read_csv('{args.records}', all_varchar=true, header=true, quote='\"')")
    execute(connection, f"create table input as {splink_model.CLEAN}")
    execute(connection, "drop table raw")
    stages.mark("read")
    (dedupe if args.part == "dedupe" else match)(args, connection, stages)
    print(json.dumps({"splink": splink.__version__, "duckdb": duckdb.__version__, **stages.results}))


class Stages:
    """Seconds of wall clock by stage."""

    def __init__(self):
        self.start, self.results = time.time(), {"seconds": {}}

    def mark(self, name):
        now = time.time()
        self.results["seconds"][name] = round(now - self.start, 2)
        self.start = now


def execute(connection, sql):
    """Reads the answer to its end, which DuckDB wants before the next statement."""
    return connection.execute(sql).fetchall()


def dedupe(args, connection, stages):
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register(connection.table("input")), args.model or splink_model.settings(args.example))
    if not args.model:
        learn(linker, args.example)
        stages.mark("learn")
    if args.save:
        linker.misc.save_model_to_json(args.save, overwrite=True)
    links = linker.inference.predict(threshold_match_probability=PROBABILITY)
    stages.mark("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(links, threshold_match_probability=PROBABILITY)
    write(connection, clusters, args.clusters)
    stages.mark("cluster")
    stages.results["links"] = execute(connection, f"select count(*) from {links.physical_name}")[0][0]
    if args.sweep:
        sweep(args, connection, linker)


def learn(linker, example):
    m = splink_model
    linker.training.estimate_probability_two_random_records_match(m.DETERMINISTIC, recall=m.RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=m.RANDOM_PAIRS[example])
    for rule in m.LEARN_ON[example]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)


def write(connection, clusters, path):
    execute(connection, f"copy (select record_id, cluster_id from {clusters.physical_name}) to '{path}' (header)")


def sweep(args, connection, linker):
    links = linker.inference.predict(threshold_match_weight=min(SWEEP))
    for bits in SWEEP:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(links, threshold_match_weight=bits)
        write(connection, clusters, f"{args.clusters}.{bits}")


def match(args, connection, stages):
    execute(connection, f"create table fresh as select * from input order by record_id desc limit {args.new}")
    execute(connection, "create table existing as select * from input where record_id not in (select record_id from fresh)")
    for name, rows in (("all", args.new), ("one", 1)):
        for i in range(TIMED_RUNS + 1):
            execute(connection, f"create table {name}_{i} as select * from fresh order by record_id limit {rows} offset {i if rows == 1 else 0}")
    api = DuckDBAPI(connection=connection)
    existing = api.register("existing")
    linker = Linker(existing, args.model)
    for column in sorted(set(term_columns(json.load(open(args.model))))):
        linker.table_management.compute_tf_table(column)
    stages.mark("set up")
    for name in ("all", "one"):
        seconds, found = [], 0
        for i in range(TIMED_RUNS + 1):
            start = time.perf_counter()
            fresh = api.register(f"{name}_{i}", table_name=f"registered_{name}_{i}")
            links = linker.inference.predict_between(fresh, existing, threshold_match_probability=PROBABILITY)
            found = len(execute(connection, f"select * from {links.physical_name}"))
            seconds.append(time.perf_counter() - start)
            execute(connection, f"drop table if exists {links.physical_name}")
        stages.results[name] = {"seconds": sorted(seconds[1:])[TIMED_RUNS // 2], "links": found}  # the first warms up


def term_columns(model):
    if isinstance(model, dict):
        if model.get("tf_adjustment_column"):
            yield model["tf_adjustment_column"].strip('"')
        model = list(model.values())
    if isinstance(model, list):
        for part in model:
            yield from term_columns(part)


if __name__ == "__main__":
    main()
