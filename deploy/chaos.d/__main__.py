"""Runs the faults one by one and prints a row for each."""
import argparse
import os
import signal
import subprocess
import sys
import time
import traceback

import faults_daemon  # noqa: F401  (the faults register themselves)
import faults_database  # noqa: F401
import faults_log  # noqa: F401
import faults_outside  # noqa: F401
from catalogue import ABSENT, FAULTS, order
from city import City
from postgres import Postgres, processes_below
from provider import Provider
from trial import Row


class Lab:
    """What all faults share: binary, PostgreSQL, provider, city, ports."""

    def __init__(self, options):
        self.binary, self.folder, self.base = options.binary, options.data_dir, options.port_base
        self.rules, self.is_quick, self.fixed_rounds = options.rules, options.quick, options.rounds
        self.is_whole = options.whole
        os.makedirs(self.folder, exist_ok=True)
        self.postgres = Postgres(options.postgres_folder)
        self.provider, self.mounts, self.dropped = None, [], []
        self.city = City(self)

    def open(self):
        self.postgres.create()
        self.postgres.start()
        self.city.create()
        self.provider = Provider(self.base + 5)

    def rounds(self, whole, quick):
        """How often a fault that is made again and again is made."""
        if self.fixed_rounds:
            return max(1, min(whole, self.fixed_rounds))
        return quick if self.is_quick else whole

    def whole(self, whole, usual, quick):
        return whole if self.is_whole else quick if self.is_quick else usual

    def mount(self, path, size):
        """A small file system in memory; False where it may not be made."""
        os.makedirs(path, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "silverbell-chaos", path],
                              capture_output=True).returncode == 0
        if done:
            self.mounts.append(path)
        return done

    def remount(self, path, mode):
        return subprocess.run(["mount", "-o", f"remount,{mode}", path], capture_output=True).returncode == 0

    def unmount(self):
        for path in self.mounts:
            subprocess.run(["umount", "-l", path], capture_output=True)
        self.mounts = []

    def drop(self, rules):
        for rule in rules:
            if subprocess.run(["iptables", "-I", *rule], capture_output=True).returncode:
                self.undrop()
                return False
            self.dropped.append(rule)
        return True

    def undrop(self):
        for rule in self.dropped:
            subprocess.run(["iptables", "-D", *rule], capture_output=True)
        self.dropped = []

    def backend_pids(self):
        """Server processes of the trial's database, by their titles; needs no session of its own."""
        found = []
        for pid in processes_below(self.postgres.postmaster):
            try:
                with open(f"/proc/{pid}/cmdline") as file:
                    if " trial " in file.read():
                        found.append(pid)
            except OSError:
                pass
        return found

    def terminate_backend(self, pid):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def close(self):
        self.undrop()
        self.unmount()
        if self.provider:
            self.provider.close()
        self.postgres.close()


def choose(options):
    if not options.only:
        return [number for number in sorted(FAULTS, key=order) if not options.quick or FAULTS[number][1]]
    chosen = []
    for word in options.only.split(","):
        if word in ABSENT:
            sys.exit(f"Error: fault {word} cannot be made here: {ABSENT[word]}")
        matches = [number for number in sorted(FAULTS, key=order) if number == word or number.startswith(word + "-")]
        if not matches:
            sys.exit(f"Error: there is no fault {word}: see --list")
        chosen += matches
    return chosen


def show_list():
    for number in sorted({*FAULTS, *ABSENT}, key=order):
        if number in FAULTS:
            name, is_quick, _ = FAULTS[number]
            print(f"{number:18} {'quick' if is_quick else '     '}  {name}")
        else:
            print(f"{number:18} not made: {ABSENT[number]}")


def show(row):
    for head, cell in zip(Row.heads[:-1], row.cells()):
        print(f"{head} {cell}", end="  ")
    print(f"\n    {row.cells()[-1]}", flush=True)


def write_table(rows, path, facts):
    with open(path, "w") as file:
        file.write("# 故障结果 / What became of the faults\n\n" + "\n".join(f"- {fact}" for fact in facts) + "\n\n")
        file.write("| " + " | ".join(Row.heads) + " |\n" + "|---" * len(Row.heads) + "|\n")
        for row in rows:
            file.write("| " + " | ".join(cell.replace("|", "/") for cell in row.cells()) + " |\n")
        file.write("\n## Not made\n\n| # | why |\n|---|---|\n")
        for number in sorted(ABSENT, key=order):
            file.write(f"| {number} | {ABSENT[number]} |\n")


def run_one(lab, number):
    name, _, function = FAULTS[number]
    print(f"== fault {number}: {name}", flush=True)
    try:
        row = function(lab)
    except Exception as error:
        traceback.print_exc()
        row = Row(number, name)
        row.broken.append(f"the fault could not be made: {error}")
    finally:
        lab.undrop()
        lab.unmount()
    show(row)
    return row


def main():
    parser = argparse.ArgumentParser(prog="deploy/chaos")
    for name in ("--binary", "--data-dir", "--postgres-folder", "--rules", "--only", "--results"):
        parser.add_argument(name)
    parser.add_argument("--port-base", type=int, default=18700)
    parser.add_argument("--rounds", type=int)
    for name in ("--quick", "--list", "--whole"):
        parser.add_argument(name, action="store_true")
    options = parser.parse_args()
    if options.list:
        return show_list()
    chosen = choose(options)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    lab, rows, start = Lab(options), [], time.time()
    try:
        lab.open()
        for number in chosen:
            rows.append(run_one(lab, number))
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        lab.close()
    version = subprocess.run([options.binary, "--version"], capture_output=True, text=True).stdout.strip()
    facts = [time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(start)) + f", {time.time() - start:.0f} s",
             f"silverbell {version or '(no version)'}, PostgreSQL 15 with fsync on, {os.cpu_count()} cores, "
             f"load {os.getloadavg()[0]:.1f} at the end",
             "p50 and p99: from a fresh device's fall to the first message about it at a phone or the provider"]
    if options.results:
        write_table(rows, options.results, facts)
    print("\n" + "\n".join(facts))
    broken = [row.number for row in rows if not row.holds]
    print(f"{len(rows) - len(broken)} of {len(rows)} hold" + (f"; broken: {', '.join(broken)}" if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
