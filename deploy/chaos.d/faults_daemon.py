"""Faults of the daemon itself: killed, frozen, restarted, out of descriptors."""
import random
import signal
import time

from catalogue import fault
from mqtt import Client
from trial import Trial


@fault("1", "kill -9 at random times under load", quick=True)
def kill(lab):
    with Trial(lab, "1", "kill -9 at random times under load") as trial:
        trial.row.runs = lab.rounds(500, 20)
        trial.limit_p99 = 30000
        for _ in range(trial.row.runs):
            trial.run_for(random.uniform(0.05, 1.0))
            trial.daemon.kill()
            # Now and then right in the start of the next one.
            if random.random() < 0.2:
                trial.run_for(random.uniform(0.2, 0.8))
                trial.daemon.kill()
            killed = time.time()
            if not trial.wait(lambda: trial.load.first_answer_after(killed), 60, "I9: no answer after a kill"):
                break
            recovery = trial.load.first_answer_after(killed) - killed
            trial.row.recovery = max(trial.row.recovery or 0, recovery)
    return trial.row


@fault("6", "one of two daemons on a shard frozen, thawed after the other took over")
def freeze(lab):
    base = lab.base + 10
    with Trial(lab, "6", "one of two daemons frozen, the other takes over, thaw",
               ports=[lab.base + 1, base + 1]) as trial:
        rounds = trial.row.runs = lab.rounds(4, 1)
        first = trial.daemon
        trial.limit_p99 = 30000
        for number in range(rounds):
            first.kill(signal.SIGSTOP)
            frozen = time.time()
            trial.run_for(5)
            other = trial.make_daemon(base if first.base == lab.base else lab.base, trial.folder + f"/inputs-{number}",
                                      f"daemon-{number}")
            other.start()
            trial.recovered(frozen)
            trial.run_for(5)
            first.kill(signal.SIGCONT)
            thawed = time.time()
            old = first
            trial.wait(lambda: not old.is_running, 30, "I4: the thawed daemon did not stop")
            trial.check(old.exits[-1:] == [75], f"I4: the thawed daemon ended with {old.exits[-1:]}, not 75")
            trial.note(f"the thawed one stopped after {time.time() - thawed:.1f} s")
            trial.run_for(2)
            first = other
    return trial.row


@fault("9", "file descriptors exhausted by idle connections")
def descriptors(lab):
    prefix = ["prlimit", "--nofile=160:160"]
    with Trial(lab, "9", "160 descriptors, exhausted by idle connections", prefix=prefix, rate=4) as trial:
        idle = []

        async def crowd():
            refusals = 0
            for number in range(220):
                if refusals == 20:
                    break
                try:
                    device = trial.city.devices[1000 + number]
                    idle.append(await Client.connect(trial.daemon.mqtt_port, *device, keepalive=300, limit=1.0))
                except Exception:
                    refusals += 1
        trial.load.call(crowd()).result(400)
        full = time.time()
        trial.note(f"{len(idle)} idle connections got in")
        trial.check(len(idle) < 215, "the limit was not reached: the fault was not made")
        trial.run_for(5)
        answered = trial.acknowledged_between(full, time.time())
        trial.check(any(not press.fresh for press in answered), "life on an open connection was not acknowledged")
        trial.note(f"{sum(press.fresh for press in answered)} new connections with a fall were taken meanwhile")
        open_now, most = trial.daemon.metric("process_open_fds"), trial.daemon.metric("process_max_fds")
        refused = trial.daemon.metric("silverbell_feed_refused_total")
        is_told = bool(refused) or (open_now is not None and open_now / most > 0.8) or not trial.daemon.ready()
        trial.check(is_told, f"I10: neither metrics nor readiness tell (open {open_now}, refused {refused})")
        trial.note(f"page: open {open_now}, refused {refused}")
        # The database goes away meanwhile: its connection has to come back without a free descriptor.
        trial.postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity"
                             " where application_name like 'silverbell%'")
        cut = time.time()
        trial.run_for(5)
        answered = [press for press in trial.acknowledged_between(cut + 0.2, time.time())]
        trial.check(answered, "with all descriptors in use a cut database connection did not come back in 5 s")

        async def leave():
            for client in idle:
                client.abort()
        trial.load.call(leave()).result(10)
        trial.recovered(time.time())
    return trial.row


@fault("11", "SIGTERM restarts under load", quick=True)
def restarts(lab):
    with Trial(lab, "11", "SIGTERM restarts under load") as trial:
        trial.row.runs = lab.rounds(100, 5)
        trial.limit_p99 = 30000
        for _ in range(trial.row.runs):
            trial.run_for(random.uniform(0.3, 1.5))
            stopped = time.time()
            process = trial.daemon.process
            trial.daemon.kill(signal.SIGTERM)
            if not trial.wait(lambda: process.poll() is not None, 25, "the daemon does not stop on SIGTERM"):
                trial.daemon.kill()
            trial.check(process.poll() in (0, None), f"SIGTERM ended it with {process.poll()}")
            if not trial.wait(lambda: trial.load.first_answer_after(stopped + 0.3), 60, "I9: no answer"):
                break
            trial.wait(trial.daemon.ready, 60, "I9: not ready after a restart")
            trial.row.recovery = max(trial.row.recovery or 0, time.time() - stopped)
    return trial.row


@fault("31", "half-open connections: packets dropped after CONNECT")
def half_open(lab):
    keepalive = 4
    with Trial(lab, "31", "half-open: packets dropped after CONNECT, keepalive 4 s", rate=5) as trial:
        ghosts = []

        async def haunt():
            for number in range(40):
                client = await Client.connect(
                    trial.daemon.mqtt_port, *trial.city.devices[1000 + number], keepalive=keepalive)
                ghosts.append(client)
        trial.load.call(haunt()).result(30)
        ports = [client.writer.get_extra_info("sockname")[1] for client in ghosts]
        rules = [["INPUT", "-i", "lo", "-p", "tcp", "--sport", str(port), "-j", "DROP"] for port in ports]
        rules += [["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(port), "-j", "DROP"] for port in ports]
        has_rules = lab.drop(rules)
        trial.note("iptables DROP" if has_rules else "no iptables: clients that fall silent")
        start = time.time()
        try:
            closed = trial.wait(lambda: not _held(trial.daemon.mqtt_port, ports), keepalive * 1.5 + 4,
                                "half-open sessions were not closed: descriptors leak")
            if closed:
                seconds = time.time() - start
                trial.row.recovery = seconds
                trial.check(4 < seconds, f"sessions ended after {seconds:.1f} s already")
                trial.check(seconds <= keepalive * 1.5 + 2, f"sessions ended after {seconds:.1f} s, not 1.5 keepalives")
            trial.run_for(2)
        finally:
            lab.undrop()

        async def leave():
            for client in ghosts:
                client.abort()
        trial.load.call(leave()).result(10)
    return trial.row


def _held(port, others):
    """Connections to these ports whose sockets still belong to a process at our side."""
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return [row for row in rows if int(row[1].split(":")[1], 16) == port and row[9] != "0"
            and int(row[2].split(":")[1], 16) in others]
