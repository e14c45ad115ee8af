"""Faults of the local input log: its disk fails, is slow, full, torn, damaged, read-only."""
import glob
import os
import random
import subprocess
import time

from catalogue import fault
from trial import Trial


class Injection:
    """strace, attached to the daemon, changes what fdatasync answers."""

    def __init__(self, trial, what):
        self.path = trial.folder + "/strace.log"
        self.process = subprocess.Popen(
            ["strace", "-f", "-q", "-o", self.path, "-p", str(trial.daemon.pid), "-e", "trace=fdatasync",
             "-e", "signal=none", "-e", f"inject=fdatasync:{what}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1.0)

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        with open(self.path) as file:
            return [line for line in file if "fdatasync(" in line and "INJECTED" in line.upper() or "DELAYED" in line]


def segments(folder):
    return sorted(glob.glob(folder + "/*.log"))


@fault("12", "fdatasync of the input log returns EIO")
def sync_error(lab):
    with Trial(lab, "12", "fdatasync of the input log returns EIO, then PostgreSQL stops too") as trial:
        before = set(segments(trial.log_folder))
        injection = Injection(trial, "error=EIO")
        failed = time.time()
        trial.run_for(6)
        trial.check(trial.daemon.metric("silverbell_input_log_written") == 0,
                    "I10: silverbell_input_log_written is not 0 while every sync fails")
        alone = trial.acknowledged_between(failed + 2, time.time())
        trial.check(alone, "nothing was acknowledged by PostgreSQL alone after the log had failed")
        # With neither copy nobody is told either, as the design says.
        trial.window = (failed, time.time() - 0.5)
        trial.postgres.stop()
        gone = time.time()
        trial.run_for(8)
        back = time.time()
        answered = trial.acknowledged_between(gone + 1, back)
        trial.check(not answered, f"I11: {len(answered)} answers with neither log nor PostgreSQL")
        trial.postgres.start()
        trial.recovered(time.time())
        trial.run_for(2)
        hits = injection.end()
        trial.check(hits, "no sync was met: the fault was not made")
        # A descriptor whose sync failed once must never be synced again.
        files = [line.split("fdatasync(")[1].split(")")[0] for line in hits]
        trial.note(f"{len(hits)} failed syncs, {len(set(segments(trial.log_folder)) - before)} new segments")
        trial.wait(lambda: trial.daemon.metric("silverbell_input_log_written") == 1, 15,
                   "I9: the log is not written again after its disk came back")
        trial.check(len(files) == len(hits), "strace's words were not understood")
        trial.run_for(2)
    return trial.row


@fault("12b", "PostgreSQL away, available: log syncs fail, log well again, daemon killed")
def sync_error_alone(lab):
    with Trial(lab, "12b", "PostgreSQL away, available: log syncs fail, log well again, daemon killed",
               policy="available") as trial:
        trial.postgres.stop()
        trial.run_for(3)
        injection = Injection(trial, "error=EIO")
        failed = time.time()
        trial.run_for(6)
        answered = trial.acknowledged_between(failed + 0.3, time.time())
        trial.check(not answered, f"I11: {len(answered)} answers with neither log nor PostgreSQL")
        hits = injection.end()
        trial.check(hits, "no sync was met: the fault was not made")
        healed = time.time()
        trial.wait(lambda: trial.daemon.metric("silverbell_input_log_written") == 1, 15, "I9: the log is not written")
        # What was decided before waits for the database: the log does not hold it.
        trial.window = (time.time(), time.time() + 2)
        trial.recovered(healed)
        trial.run_for(2)
        trial.daemon.kill()
        trial.run_for(1)
        trial.postgres.start()
        trial.recovered(time.time())
    return trial.row


@fault("13", "the input log's disk is full")
def full(lab):
    folder = lab.folder + "/small"
    if not lab.mount(folder, "120m"):
        return skipped("13", "the input log's disk is full", "no file system may be mounted")
    with Trial(lab, "13", "input log on a tmpfs of 120 MiB, filled twice, freed",
               log_folder=folder + "/inputs") as trial:
        reserve = trial.log_folder + "/RESERVE"
        trial.check(os.path.exists(reserve), "there is no RESERVE")
        _fill(folder + "/filler")
        start = time.time()
        trial.run_for(5)
        trial.check(trial.daemon.metric("silverbell_input_log_written") == 1,
                    "the log is not written although there was a reserve")
        trial.check(trial.acknowledged_between(start + 1, time.time()), "life did not go through on the reserve")
        trial.check(not os.path.exists(reserve), "the reserve was not given back")
        _fill(folder + "/filler2")
        start = time.time()
        trial.run_for(6)
        trial.check(trial.daemon.metric("silverbell_input_log_written") == 0,
                    "I10: silverbell_input_log_written is not 0 on a full disk")
        trial.check(trial.acknowledged_between(start + 2, time.time()), "PostgreSQL alone did not go on")
        trial.window = (start, time.time() - 0.5)
        trial.postgres.stop()
        gone = time.time()
        trial.run_for(5)
        answered = trial.acknowledged_between(gone + 1, time.time())
        trial.check(not answered, f"I11: {len(answered)} answers with neither log nor PostgreSQL")
        trial.postgres.start()
        for name in ("/filler", "/filler2"):
            os.unlink(folder + name)
        freed = time.time()
        trial.recovered(freed)
        trial.wait(lambda: trial.daemon.metric("silverbell_input_log_written") == 1, 15,
                   "I9: the log is not written again after space was made")
        trial.run_for(2)
    return trial.row


def _fill(path):
    with open(path, "wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def skipped(number, name, why):
    from trial import Row
    row = Row(number, name)
    row.is_skipped = True
    row.notes.append(why)
    return row


@fault("14", "slow disk: every sync of the log takes longer")
def slow(lab):
    with Trial(lab, "14", "fdatasync takes 200 ms, then 2 s") as trial:
        for microseconds in (200_000, 2_000_000):
            injection = Injection(trial, f"delay_enter={microseconds}")
            start = time.time()
            trial.run_for(10)
            answered = trial.acknowledged_between(start, time.time())
            hits = injection.end()
            trial.note(f"{microseconds / 1e6:g} s: {len(answered)} answered, {len(hits)} syncs")
            trial.check(answered, f"nothing was answered with syncs of {microseconds / 1e6:g} s")
            if microseconds > 1_000_000:
                trial.recovered(time.time())
    return trial.row


@fault("14b", "stuck disk: a sync of the log does not return for 20 s")
def stuck(lab):
    with Trial(lab, "14b", "fdatasync does not return for 20 s; PostgreSQL is well") as trial:
        injection = Injection(trial, "delay_enter=20000000:when=1")
        start = time.time()
        trial.run_for(15)
        answered = trial.acknowledged_between(start + 5, time.time())
        heard = [notice for notice in list(trial.load.notices) if notice["at"] > start + 5]
        trial.window = (start, time.time())
        trial.note(f"{len(answered)} answers and {len(heard)} messages from 5 to 15 s after the sync began to hang")
        ready, written = trial.daemon.ready(), trial.daemon.metric("silverbell_input_log_written")
        oldest = trial.daemon.metric("silverbell_input_log_oldest_seconds")
        trial.check(not ready or written == 0 or (oldest or 0) > 5,
                    f"I10: nothing tells (ready {ready}, written {written}, oldest {oldest})")
        trial.run_for(6)
        injection.end()
        trial.recovered(time.time())
    return trial.row


@fault("15", "torn tail: kill -9 and the segment cut short", quick=True)
def torn(lab):
    with Trial(lab, "15", "torn tail: kill -9, last segment cut by 1-4096 bytes or given half a record") as trial:
        trial.row.runs = lab.rounds(40, 8)
        trial.limit_p99 = 30000
        for number in range(trial.row.runs):
            trial.run_for(random.uniform(0.3, 1.5))
            trial.daemon.end_at_once()
            last = segments(trial.log_folder)[-1]
            size = os.path.getsize(last)
            if number % 2:
                os.truncate(last, max(0, size - random.randint(1, 4096)))
            else:
                with open(last, "ab") as file:
                    file.write(b"SBR1" + random.randbytes(random.randint(1, 4096)))
            start = time.time()
            trial.daemon.start(wait=0)
            trial.recovered(start)
    return trial.row


@fault("16", "bit flips in closed segments")
def flips(lab):
    with Trial(lab, "16", "bit flips in closed segments, restart") as trial:
        trial.row.runs = lab.rounds(20, 3)
        trial.limit_p99 = 30000
        for _ in range(trial.row.runs):
            trial.run_for(1.0)
            trial.daemon.end_at_once()
            closed = [path for path in segments(trial.log_folder) if os.path.getsize(path) > 200]
            for path in random.sample(closed, min(3, len(closed))):
                with open(path, "r+b") as file:
                    for _ in range(3):
                        place = random.randrange(8, os.path.getsize(path))
                        file.seek(place)
                        byte = file.read(1)[0]
                        file.seek(place)
                        file.write(bytes([byte ^ 1 << random.randrange(8)]))
            start = time.time()
            trial.daemon.start(wait=0)
            trial.recovered(start)
        trial.check("is damaged and was passed over" in trial.daemon.log(), "I10: no line of the log tells of damage")
    return trial.row


@fault("17", "input log missing or read-only at start")
def read_only(lab):
    folder = lab.folder + "/fickle"
    if not lab.mount(folder, "64m"):
        return skipped("17", "input log read-only", "no file system may be mounted")
    with Trial(lab, "17", "input log missing at start, then read-only at start",
               log_folder=folder + "/inputs") as trial:
        trial.limit_p99 = 30000
        # Missing: made anew.
        trial.daemon.end_at_once()
        subprocess.run(["rm", "-rf", trial.log_folder], check=True)
        start = time.time()
        trial.daemon.start(wait=0)
        trial.recovered(start)
        trial.wait(lambda: trial.daemon.metric("silverbell_input_log_written") == 1, 20, "a missing folder is not made")
        # Read-only at start: a refusal with a sentence, or one copy after a loud warning.
        trial.daemon.end_at_once()
        trial.check(lab.remount(folder, "ro"), "the file system could not be made read-only: the fault was not made")
        mark = len(trial.daemon.log())
        trial.daemon.start(supervised=True, wait=0)
        trial.run_for(6)
        said = trial.daemon.log()[mark:]
        if trial.daemon.is_running and trial.daemon.ready():
            trial.note("starts with one copy")
            trial.check("one copy" in said, "I10: starts with one copy and says nothing")
            trial.check(trial.daemon.metric("silverbell_input_log_written") == 0, "I10: the metric does not tell")
        else:
            trial.note(f"refuses to start: {said.strip().splitlines()[-1][:110] if said.strip() else 'silently'}")
            trial.check("input log" in said, "I10: refuses to start without a sentence about the log")
        lab.remount(folder, "rw")
        trial.recovered(time.time())
    return trial.row
