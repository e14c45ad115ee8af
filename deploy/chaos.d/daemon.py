"""The daemon under test and its supervisor, which restarts it as systemd would."""
import ctypes
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

RESTART_SECONDS = 0.2


def _end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Daemon:
    """`silverbell serve` with ports from `base` on."""

    def __init__(self, binary, base, environment, log, prefix=()):
        self.binary, self.base, self.environment, self.log_path = binary, base, environment, log
        self.prefix = list(prefix)
        self.process, self.exits, self.starts = None, [], 0
        self.is_supervised, self._lock = False, threading.Lock()
        self.final_codes = {75}
        self.peak_memory, self.peak_descriptors = 0, 0
        threading.Thread(target=self._sample, daemon=True).start()

    @property
    def mqtt_port(self):
        return self.base + 1

    @property
    def http(self):
        return f"http://127.0.0.1:{self.base + 3}"

    @property
    def pid(self):
        return self.process.pid

    def _launch(self):
        values = {key: value for key, value in os.environ.items() if not key.startswith("SILVERBELL_")}
        values.update(self.environment)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, self.binary, "serve"], env=values, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_end_with_parent, cwd=os.path.dirname(self.log_path))
        self.starts += 1

    def start(self, supervised=True, wait=60):
        with self._lock:
            self.is_supervised = supervised
            exits = len(self.exits)
        # The child ends with the thread that made it, so that thread stays for as long as it is to run.
        starts = self.starts
        threading.Thread(target=self._supervise, daemon=True).start()
        while self.starts == starts:
            time.sleep(0.01)
        if wait:
            self.wait_ready(wait, lambda: len(self.exits) > exits and not self.is_supervised)

    def _supervise(self):
        while True:
            with self._lock:
                self._launch()
                process = self.process
            code = process.wait()
            with self._lock:
                self.exits.append(code)
                if code in self.final_codes:
                    self.is_supervised = False
                if not self.is_supervised:
                    return
            time.sleep(RESTART_SECONDS)
            if not self.is_supervised:
                return

    def kill(self, number=signal.SIGKILL):
        """A signal to the daemon; the supervisor starts it again if it ends."""
        try:
            os.kill(self.process.pid, number)
        except ProcessLookupError:
            pass

    def stop(self, limit=30):
        """Ends it for good; SIGTERM first. Gives the exit code."""
        with self._lock:
            self.is_supervised = False
            process = self.process
        if process is None:
            return None
        for number, seconds in ((signal.SIGCONT, 0), (signal.SIGTERM, limit), (signal.SIGKILL, 10)):
            try:
                process.send_signal(number)
                if seconds:
                    return process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        return None

    def end_at_once(self):
        """kill -9, and no restart."""
        with self._lock:
            self.is_supervised = False
            process = self.process
        if process:
            process.kill()
            process.wait(10)

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def page(self, path, limit=2.0):
        """Status and text of the operations page; status 0 when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.base + 4}/{path}", timeout=limit) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self):
        return self.page("readyz")[0] == 200

    def wait_ready(self, seconds=60, is_over=lambda: False):
        end = time.time() + seconds
        while time.time() < end and not is_over():
            if self.ready():
                return True
            time.sleep(0.1)
        raise RuntimeError(f"the daemon is not ready after {seconds} s: {self.page('readyz')[1]}; see {self.log_path}")

    def metric(self, name):
        """The sum of a metric's series; None when the page does not answer or has none."""
        status, text = self.page("metrics")
        if status != 200:
            return None
        values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                  if line.startswith(name) and line[len(name):len(name) + 1] in ("{", " ")]
        return sum(values) if values else None

    def call(self, method, path, token, body=None, limit=30):
        """A request to the API: status and answer."""
        request = urllib.request.Request(
            self.http + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=limit) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def log(self):
        try:
            with open(self.log_path, errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def _sample(self):
        while True:
            process = self.process
            if process and process.poll() is None:
                try:
                    with open(f"/proc/{process.pid}/statm") as file:
                        self.peak_memory = max(self.peak_memory, int(file.read().split()[1]) * 4096)
                    self.peak_descriptors = max(self.peak_descriptors, len(os.listdir(f"/proc/{process.pid}/fd")))
                except OSError:
                    pass
            time.sleep(0.5)
