"""One fault: a fresh copy of the city, a daemon, a load, the fault itself, the verdict."""
import os
import shutil
import time

import oracle
from daemon import Daemon
from load import Load

# What a daemon may grow to, whatever happens.
MAXIMUM_MEMORY = 700 << 20
MAXIMUM_DESCRIPTORS = 2500


class Row:
    """One line of the table."""

    heads = ["#", "fault", "runs", "sent", "acked", "lost", "doubled", "p50 ms", "p99 ms", "recovery s", "verdict",
             "what broke, or what was seen"]

    def __init__(self, number, name):
        self.number, self.name, self.runs = number, name, 1
        self.findings, self.recovery, self.broken, self.notes = None, None, [], []
        self.is_skipped = False

    @property
    def holds(self):
        return not self.broken

    def cells(self):
        findings = self.findings

        def figure(value, digits=0):
            return "-" if value is None else f"{value:.{digits}f}"
        counts = ["-"] * 4
        p50 = p99 = None
        if findings:
            counts = [findings.sent, findings.acknowledged, findings.lost, findings.doubled]
            p50, p99 = oracle.percentile(findings.latencies, 0.5), oracle.percentile(findings.latencies, 0.99)
        verdict = "not made" if self.is_skipped else "holds" if self.holds else "BROKEN"
        return [str(cell) for cell in (
            self.number, self.name, self.runs, *counts, figure(p50), figure(p99), figure(self.recovery, 1), verdict,
            "; ".join(self.broken + self.notes))]


class Trial:
    """Used as `with Trial(lab, "1", "…") as trial:`; the row is complete afterwards."""

    database = "trial"

    def __init__(self, lab, number, name, policy="strict", rate=10.0, repeaters=6, phones=True, environment=None,
                 prefix=(), log_folder=None, extra=None, ports=None, starts=True):
        self.lab, self.row = lab, Row(number, name)
        self.postgres, self.provider, self.city = lab.postgres, lab.provider, lab.city
        self.folder = f"{lab.folder}/trials/{number}"
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.log_folder = log_folder or self.folder + "/inputs"
        self.policy, self.environment, self.prefix = policy, environment or {}, prefix
        self.daemons = []
        self.window, self.limit_p99, self.phones_only = None, 5000, False
        self.load = Load(self.city, ports or [lab.base + 1], rate, repeaters, phones, extra=extra)
        self.starts = starts
        self.has_load = True

    def make_daemon(self, base=None, log_folder=None, name="daemon", **environment):
        lab, base = self.lab, base or self.lab.base
        values = {
            "DATABASE_URL": self.postgres.url(self.database), "SECURITY_SECRET_KEY": self.city.key,
            "WEBHOOK_SECRET": self.city.webhook_key, "MQTT_PORT": base + 1, "MLLP_0_PORT": base + 2,
            "MLLP_0_HOSPITAL": "SZ01", "HTTP_PORT": base + 3, "OPERATIONS_PORT": base + 4, "DC09_PORT": base + 6,
            "RULES_PATH": lab.rules, "INPUT_LOG_DIRECTORY": log_folder or self.log_folder, "LOG_LEVEL": "notice",
            "ACK_POLICY": self.policy, "HTTP_LANGUAGE": "en"}
        values = {"SILVERBELL_" + key: str(value) for key, value in values.items()}
        values.update(self.environment)
        values.update(environment)
        daemon = Daemon(lab.binary, base, values, f"{self.folder}/{name}.log", self.prefix)
        self.daemons.append(daemon)
        return daemon

    def __enter__(self):
        try:
            self._begin()
        except BaseException:
            self._end()
            raise
        return self

    def _begin(self):
        if not self.postgres.is_running:
            self.postgres.start()
        self.postgres.query("postgres", "drop database if exists trial with (force)")
        self.postgres.query("postgres", "create database trial template city")
        self.provider.clear()
        self.daemon = self.make_daemon()
        if self.starts:
            self.daemon.start()
            self.load.start()
            self.warm()

    def warm(self, count=15, limit=60):
        """Waits until the load is answered."""
        self.wait(lambda: len(self.load.acknowledged) >= count, limit, "the load is not answered")

    def wait(self, condition, limit, words):
        """Until it is so; a breach of I9 in these words when it is not in time. Gives whether it is so."""
        end = time.time() + limit
        while time.time() < end:
            if condition():
                return True
            time.sleep(0.05)
        self.row.broken.append(f"{words} within {limit} s")
        return False

    def check(self, is_so, words):
        if not is_so:
            self.row.broken.append(words)
        return is_so

    def note(self, words):
        self.row.notes.append(words)

    def recovered(self, since, limit=60):
        """Waits for the next answer after a moment; the longest of several counts."""
        if self.wait(lambda: self.load.first_answer_after(since), limit, "I9: no answer"):
            seconds = self.load.first_answer_after(since) - since
            self.row.recovery = max(self.row.recovery or 0, seconds)

    def acknowledged_between(self, start, end):
        return [press for press in self.load.acknowledged if start <= press.acked < end]

    def run_for(self, seconds):
        time.sleep(seconds)

    def settle(self, limit=60):
        """No new presses; everything pressed is answered and written."""
        self.load.stop_pressing()
        self.wait(lambda: not self.load.unanswered, limit, "I9: presses unanswered")
        live = next((daemon for daemon in reversed(self.daemons) if daemon.is_running), self.daemon)
        self.wait(lambda: live.metric("silverbell_store_queue_depth") == 0, limit, "I9: the queue is not written")
        time.sleep(2.0)

    def __exit__(self, kind, error, trace):
        try:
            if kind is None and self.has_load:
                self.settle()
                self._judge()
                if not self.row.holds:
                    # Kept for whoever looks, until the next run.
                    name = "broken_" + self.row.number.replace("-", "_")
                    for daemon in self.daemons:
                        daemon.stop(15)
                    self.postgres.query("postgres", f"drop database if exists {name} with (force);\n"
                                        f"alter database trial rename to {name}")
        finally:
            self._end()
        return False

    def _judge(self):
        row, load = self.row, self.load
        row.findings = oracle.judge(
            self.postgres, self.database, list(load.presses), list(load.notices), self.provider.snapshot(),
            self.window, self.phones_only)
        row.broken += row.findings.broken
        p99 = oracle.percentile(row.findings.latencies, 0.99)
        if p99 is not None and p99 > self.limit_p99:
            row.broken.append(f"I5: first notification p99 {p99:.0f} ms, allowed {self.limit_p99}")
        for daemon in self.daemons:
            if daemon.peak_memory > MAXIMUM_MEMORY:
                row.broken.append(f"I9: the daemon took {daemon.peak_memory >> 20} MiB")
            if daemon.peak_descriptors > MAXIMUM_DESCRIPTORS:
                row.broken.append(f"I9: the daemon had {daemon.peak_descriptors} descriptors")
            text = daemon.log()
            for word in ("Fatal error", "Precondition failed", "*** Signal", "*** Program crashed"):
                if word in text:
                    row.broken.append(f"the daemon crashed: see {daemon.log_path}")
                    break
        if row.findings.evidence:
            with open(self.folder + "/evidence.txt", "w") as file:
                file.write("\n".join(row.findings.evidence) + "\n")
        peak = max(daemon.peak_memory for daemon in self.daemons) >> 20
        row.notes.append(f"{peak} MiB, {max(daemon.peak_descriptors for daemon in self.daemons)} fds")

    def _end(self):
        self.load.close()
        for daemon in self.daemons:
            try:
                daemon.stop(15)
            except Exception:
                pass
