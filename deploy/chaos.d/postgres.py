"""A private PostgreSQL: started, stopped, killed, frozen, restored; never as root, on a Unix socket only."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

BINARIES = "/usr/lib/postgresql/15/bin"


def as_postgres(arguments, **options):
    """Runs a program as the user postgres where we are root."""
    if os.getuid() == 0:
        arguments = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *arguments]
    return subprocess.run(arguments, cwd="/", stdin=subprocess.DEVNULL, **options)


def processes_below(parent):
    """The ids of a process's children."""
    children = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                    children.append(int(name))
        except (OSError, IndexError):
            pass
    return children


class Postgres:
    """One cluster in `folder`/data."""

    def __init__(self, folder):
        self.folder, self.data, self.log = folder, folder + "/data", folder + "/log"
        self.socket = tempfile.mkdtemp(prefix="silverbell-chaos-", dir="/tmp")
        os.chmod(self.socket, 0o755)
        os.makedirs(folder, exist_ok=True)
        if os.getuid() == 0:
            for path in (self.socket, folder):
                shutil.chown(path, "postgres", "postgres")
        self.is_running = False

    def url(self, database):
        return f"host={self.socket} user=postgres dbname={database}"

    def _control(self, *arguments, check=True):
        outcome = as_postgres([f"{BINARIES}/pg_ctl", "-D", self.data, "-w", "-t", "120", *arguments],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if check and outcome.returncode:
            raise RuntimeError(f"pg_ctl {arguments[-1]}: {outcome.stderr.strip()}; see {self.log}")
        return outcome.returncode

    def create(self):
        if os.path.exists(self.data):
            if self._control("status", check=False) == 0:
                raise RuntimeError(f"a PostgreSQL already runs in {self.data}: choose another --data-dir")
            shutil.rmtree(self.data)
        as_postgres([f"{BINARIES}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8", "-k"], stdout=subprocess.DEVNULL, check=True)

    def start(self):
        self._control("-l", self.log, "-o", f"-c listen_addresses= -c unix_socket_directories={self.socket} "
                      "-c fsync=on -c shared_buffers=128MB -c max_connections=60", "start")
        self.is_running = True

    def stop(self, mode="fast"):
        self._control("-m", mode, "stop", check=False)
        self.is_running = False

    @property
    def postmaster(self):
        with open(self.data + "/postmaster.pid") as file:
            return int(file.readline())

    def kill(self):
        """kill -9 of the postmaster alone; its backends end by themselves."""
        pid = self.postmaster
        children = processes_below(pid)
        os.kill(pid, signal.SIGKILL)
        self.is_running = False
        while any(os.path.exists(f"/proc/{child}") for child in [pid, *children]):
            time.sleep(0.02)

    def _signal_all(self, number):
        pid = self.postmaster
        for process in [pid, *processes_below(pid)]:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass

    def freeze(self):
        self._signal_all(signal.SIGSTOP)

    def thaw(self):
        self._signal_all(signal.SIGCONT)

    def back_up(self, target):
        shutil.rmtree(target, ignore_errors=True)
        as_postgres([f"{BINARIES}/pg_basebackup", "-h", self.socket, "-U", "postgres", "-D", target, "-X", "stream",
                     "-c", "fast"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def restore(self, source):
        """The stopped cluster becomes what `source` holds."""
        shutil.rmtree(self.data)
        as_postgres(["cp", "-a", source, self.data], check=True)

    def query(self, database, sql, check=True, limit=120):
        outcome = subprocess.run(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-f", "-"],
            input=sql, capture_output=True, text=True, timeout=limit)
        if check and outcome.returncode:
            raise RuntimeError(f"psql: {outcome.stderr.strip()[:400]}")
        return outcome.stdout.strip()

    def session(self, database, sql):
        """A psql that runs `sql` and stays; killed by its caller."""
        process = subprocess.Popen(
            ["psql", "-X", "-q", "-d", self.url(database) + " application_name=chaos"], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        process.stdin.write(sql + "\n")
        process.stdin.flush()
        return process

    def hog(self, database):
        """One more session, or None when there is no slot."""
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(5)
        try:
            sock.connect(f"{self.socket}/.s.PGSQL.5432")
            words = b"user\0postgres\0database\0" + database.encode() + b"\0application_name\0hog\0\0"
            sock.sendall(struct.pack(">ii", len(words) + 8, 196608) + words)
            if sock.recv(1) == b"R":
                return sock
        except OSError:
            pass
        sock.close()
        return None

    def close(self):
        try:
            if os.path.exists(self.data + "/postmaster.pid"):
                self.thaw()
                self.stop("immediate")
        except (OSError, ValueError):
            pass
        shutil.rmtree(self.socket, ignore_errors=True)
