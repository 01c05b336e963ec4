#!/usr/bin/env python3
"""Two implementations of check, one answer.

    tests/second/compare [--program build/tuijin] [--pack packs/lu-2022-26] [--count 10000]
                         [--seed N] [--keep DIRECTORY] [--statuses]

Compares everything that the contract calls exact on random dossiers, then the inputs that are not
of the contract. Each dossier and each input is a case; the last line is `N passed, N failed`.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile

import check
import generate

TOGETHER = 100  # dossiers in one call


class Tally:
    def __init__(self):
        self.passed = self.failed = self.order_only = 0
        self.statuses = collections.Counter()

    def case(self, ok, name, why=""):
        if ok:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 50:
            print(f"FAILED {name}: {why}")


class Bench:
    """The program under test, and a folder for its inputs."""

    def __init__(self, options, folder, tally):
        self.options, self.folder, self.tally = options, folder, tally

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run(self, batch, paths, **more):
        command = [self.options.program, "check", "--pack", self.options.pack]
        command += ["--batch", batch] if batch else []
        return subprocess.run(command + paths, capture_output=True, timeout=300, check=False,
                              **more)


def bare(answer):
    """An answer without what the contract leaves open."""
    answer = dict(answer)
    answer["results"] = [{key: value for key, value in result.items()
                          if key not in ("values", "message")}
                         for result in answer.get("results", [])]
    return answer


def differences(mine, theirs):
    """What differs, in words; and whether it is only the order of `missing`."""
    found, order_only = [], True
    for key in sorted(set(mine) | set(theirs) - {"results"}):
        if key != "results" and mine.get(key) != theirs.get(key):
            found.append(f"{key}: {mine.get(key)!r} here, {theirs.get(key)!r} there")
            order_only = False
    if [r["rule"] for r in mine["results"]] != [r.get("rule") for r in theirs["results"]]:
        return found + ["other rules or another order of rules"], False
    for here, there in zip(mine["results"], theirs["results"]):
        if here != there:
            found.append(f"{here!r} here, {there!r} there")
            order_only &= ({**here, "missing": sorted(here["missing"])}
                           == {**there, "missing": sorted(there.get("missing", []))})
    return found, order_only


def explained(answer):
    """Every result carries its values, and its message in both languages."""
    return all(isinstance(result.get("values"), dict) and result.get("message", {}).get("zh")
               and result["message"].get("en") for result in answer["results"])


def compare_one(tally, name, data, tables, line):
    mine = check.check(check.read(data, "dossier"), tables)
    for result in mine["results"]:
        tally.statuses[result["rule"], result["status"]] += 1
    try:
        answer = json.loads(line)
    except ValueError:
        tally.case(False, name, f"answered {line[:200]!r}")
        return mine
    found, order_only = differences(mine, bare(answer))
    if found and order_only:
        tally.order_only += 1
    why = ("only the order of missing: " if order_only else "") + "; ".join(found)
    if not found and not explained(answer):
        found, why = True, "a result without values or message"
    tally.case(not found, name, why)
    return mine


def compare_many(bench, label, tables, dossiers):
    """One call for many dossiers of one batch."""
    tables_bytes = generate.dump(tables)
    batch = bench.write(f"batch-{label}.json", tables_bytes)
    tables = check.read(tables_bytes, "batch")
    paths = [bench.write(f"zone-{label}-{i}.json", data) for i, data in enumerate(dossiers)]
    done = bench.run(batch, paths)
    lines = done.stdout.splitlines()
    lines += [b"nothing"] * (len(paths) - len(lines))
    answers = [compare_one(bench.tally, path, data, tables, line)
               for path, data, line in zip(paths, dossiers, lines)]
    worst = 0 if all(answer["submittable"] for answer in answers) else 1
    bench.tally.case(done.returncode == worst and not done.stderr and len(lines) == len(paths),
                     f"call {label}", f"exit {done.returncode} for {worst}, {done.stderr[:200]!r}")
    if not bench.options.keep:
        for path in [batch, *paths]:
            os.unlink(path)


def compare_random(bench, r):
    for start in range(0, bench.options.count, TOGETHER):
        tables = generate.batch(r)
        count = min(TOGETHER, bench.options.count - start)
        compare_many(bench, f"random-{start}", tables,
                     [generate.dump(generate.mutated(r, tables)) for _ in range(count)])


def compare_sweep(bench, r):
    swept = [generate.dump(zone) for zone in generate.sweep(r)]
    compare_many(bench, "sweep", generate.batch(random.Random(1)), swept)
    compare_many(bench, "amounts", {}, list(generate.good_numbers(r)))


def compare_alone(bench, r):
    """The exit status of a single dossier, from a file and from standard input."""
    for i in range(40):
        tables = generate.batch(random.Random(1))
        data = generate.dump(generate.good(r, tables))
        batch = bench.write("batch-alone.json", generate.dump(tables))
        mine = check.check(check.read(data, "dossier"), tables)
        done = bench.run(batch, ["-"], input=data) if i % 2 else \
            bench.run(batch, [bench.write("zone-alone.json", data)])
        bench.tally.case(done.returncode == (0 if mine["submittable"] else 1)
                         and len(done.stdout.splitlines()) == 1, f"alone {i}",
                         f"exit {done.returncode}, {done.stdout[:100]!r}")


def refused(done, path, place):
    """Why a refusal is not as the contract wants it, or nothing."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    if done.returncode != 2:
        return f"exit {done.returncode}"
    if len(lines) != 1:
        return f"{len(lines)} lines on standard error: {lines[:3]!r}"
    if path not in lines[0]:
        return f"the file is not named: {lines[0]!r}"
    if place and place not in lines[0]:
        return f"{place} is not named: {lines[0]!r}"
    return ""


def compare_hostile(bench, r):
    """A bad file alone says its one line; between two good ones it leaves them their answers."""
    good = generate.dump(generate.good(r, {}))
    first, last = bench.write("first.json", good), bench.write("last.json", good)
    for name, data, place in [*generate.wrong_types(r), *generate.hostile(r)]:
        try:
            check.read(data, "dossier")
            bench.tally.case(False, name, "the second implementation accepts it")
            continue
        except check.Bad:
            pass
        path = bench.write("bad.json", data)
        done = bench.run(None, [path])
        why = refused(done, path, place) or ("an answer as well" if done.stdout else "")
        bench.tally.case(not why, f"hostile {name}", why)
    for name, data, place in generate.hostile(r):
        path = bench.write("bad.json", data)
        done = bench.run(None, [first, path, last])
        why = refused(done, path, place)
        if not why and len(done.stdout.splitlines()) != 2:
            why = f"{len(done.stdout.splitlines())} answers beside it, not two"
        bench.tally.case(not why, f"between {name}", why)
    for name, data in generate.bad_batches():
        path = bench.write("bad-batch.json", data)
        done = bench.run(path, [first])
        why = refused(done, path, "") or ("an answer as well" if done.stdout else "")
        bench.tally.case(not why, f"batch {name}", why)
    done = bench.run(None, [os.path.join(bench.folder, "no-such-file.json")])
    bench.tally.case(not refused(done, "no-such-file.json", ""), "no such file",
                     refused(done, "no-such-file.json", ""))


def options_read():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/tuijin")
    parser.add_argument("--pack", default="packs/lu-2022-26")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--keep", help="leave every input in this directory")
    parser.add_argument("--statuses", action="store_true", help="print how often each state came")
    return parser.parse_args()


def main():
    options, tally = options_read(), Tally()
    r = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        bench = Bench(options, folder, tally)
        compare_random(bench, r)
        compare_sweep(bench, r)
        compare_alone(bench, r)
        compare_hostile(bench, r)
    for (rule, status), count in tally.statuses.items() if options.statuses else ():
        print(f"{rule} {status} {count}")
    if tally.order_only:
        print(f"{tally.order_only} differ only in the order of missing")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
