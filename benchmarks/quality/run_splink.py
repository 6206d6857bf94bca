#!/usr/bin/env python3
"""Runs Splink on one truth set, for `go run ./benchmarks/quality -splink PYTHON`.

    run_splink.py RECORDS SET LINKS [--drop COLUMN]

RECORDS is records.csv, plain or compressed. LINKS receives record_id_l, record_id_r and
match_weight (bits) of every pair from a weight of -12 up; the caller clusters and scores
them as it does its own. The last line printed is JSON: versions, seconds and pairs.

Splink learns without labels: the prior from deterministic rules, u by random sampling,
m by expectation maximisation. The settings are in splink_models.py.

    python3 -m venv .venv && .venv/bin/pip install -r benchmarks/quality/requirements.txt
"""
import argparse
import json
import logging
import time

import duckdb
import splink
from splink import DuckDBAPI, Linker, SettingsCreator

import splink_models

DEFAULT_PROBABILITY = 0.95  # of Splink's tutorials
LOWEST_WEIGHT = -12
THREADS = 2


def main():
    args = argparse.ArgumentParser()
    args.add_argument("records")
    args.add_argument("set")
    args.add_argument("links")
    args.add_argument("--drop")
    args = args.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    model = splink_models.of(args.set, args.drop)
    connection = duckdb.connect()
    execute(connection, f"set threads = {THREADS}")
    start = time.time()
    execute(connection, f"create table raw as select * from read_csv('{args.records}', all_varchar=true, header=true, quote='\"')")
    execute(connection, f"create table input as {model.sql}")
    linker = trained(connection, model)
    links = linker.inference.predict(threshold_match_probability=DEFAULT_PROBABILITY)
    linker.clustering.cluster_pairwise_predictions_at_threshold(links, threshold_match_probability=DEFAULT_PROBABILITY)
    seconds = time.time() - start
    links = linker.inference.predict(threshold_match_weight=LOWEST_WEIGHT)
    execute(connection, f"copy (select record_id_l, record_id_r, match_weight from {links.physical_name}) to '{args.links}' (header)")
    print(json.dumps({"splink": splink.__version__, "duckdb": duckdb.__version__, "seconds": seconds}))


def execute(connection, sql):
    """Reads the answer to its end, which DuckDB wants before the next statement."""
    return connection.execute(sql).fetchall()


def trained(connection, model):
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        blocking_rules_to_generate_predictions=model.blocking,
        comparisons=model.comparisons,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(api.register(connection.table("input")), settings)
    linker.training.estimate_probability_two_random_records_match(model.deterministic, recall=model.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=model.random_pairs, seed=1)
    for rule in model.learn_on:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, **model.learn_options)
    return linker


if __name__ == "__main__":
    main()
