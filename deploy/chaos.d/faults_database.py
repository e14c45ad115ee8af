"""Faults of PostgreSQL: stopped, killed, frozen, cut, full, locked, restored."""
import time

from catalogue import fault
from trial import Trial

OURS = "application_name like 'silverbell%' and datname = 'trial'"


def _stopped(lab, policy):
    seconds = 15 if lab.is_quick else 60
    with Trial(lab, f"stopped-{policy}", f"PostgreSQL stopped for {seconds} s, {policy}", policy=policy) as trial:
        trial.limit_p99 = 1500
        trial.postgres.stop()
        gone = time.time()
        trial.run_for(seconds / 2)
        if policy == "available":
            # The log is the only copy now: it has to survive the daemon.
            trial.daemon.kill()
            trial.note("daemon killed -9 half way: it waits for the database, nobody is served until then")
            trial.run_for(seconds / 2)
        else:
            trial.check(not trial.daemon.ready(), "I10: ready while nothing is acknowledged")
            trial.check(trial.daemon.metric("silverbell_store_present") == 0, "I10: silverbell_store_present is not 0")
            trial.run_for(seconds / 2)
        back = time.time()
        # In flight at the end of the database: what was committed may still be answered.
        answered = trial.acknowledged_between(gone + 1.0, back)
        if policy == "strict":
            trial.check(not answered, f"I11: {len(answered)} answers while there was one copy only")
        else:
            half = [press for press in answered if press.acked < gone + seconds / 2]
            trial.check(half, "available: nothing was acknowledged by the log alone")
            trial.note(f"{len(half)} acknowledged by the log alone")
        end = back if policy == "strict" else gone + seconds / 2 - 1
        trial.window = (gone, end)
        trial.postgres.start()
        trial.recovered(back)
    return trial.row


@fault("stopped-strict", "PostgreSQL stopped for 60 s, ackPolicy strict", quick=True)
def stopped_strict(lab):
    return _stopped(lab, "strict")


@fault("stopped-available", "PostgreSQL stopped for 60 s, ackPolicy available, daemon killed meanwhile", quick=True)
def stopped_available(lab):
    return _stopped(lab, "available")


@fault("18", "postmaster kill -9 and restart (without Patroni)")
def postmaster(lab):
    with Trial(lab, "18", "postmaster kill -9, restarted after 2 s (no Patroni)") as trial:
        trial.row.runs = lab.rounds(10, 2)
        for _ in range(trial.row.runs):
            trial.postgres.kill()
            trial.run_for(2)
            trial.postgres.start()
            trial.recovered(time.time())
            trial.run_for(3)
    return trial.row


@fault("21", "commits hang: postmaster and backends frozen", quick=True)
def frozen(lab):
    seconds = 10 if lab.is_quick else 30
    with Trial(lab, "21", f"commits hang: postmaster and backends frozen for {seconds} s") as trial:
        trial.limit_p99 = 1500
        trial.postgres.freeze()
        start = time.time()
        try:
            trial.run_for(seconds)
            trial.window = (start, time.time())
            trial.check(not trial.daemon.ready(), "I10: ready while nothing is acknowledged")
            answered = trial.acknowledged_between(start + 0.5, time.time())
            trial.check(not answered, f"I11: {len(answered)} answers while commits hung")
        finally:
            trial.postgres.thaw()
        trial.recovered(time.time())
    return trial.row


@fault("22", "commit wait cancelled while a synchronous standby is missing")
def cancelled(lab):
    with Trial(lab, "22", "commit waits cancelled, synchronous standby missing for 15 s") as trial:
        query = trial.postgres.query
        query("postgres", "alter system set synchronous_standby_names = 'FIRST 1 (nobody)'")
        query("postgres", "set synchronous_commit = local; select pg_reload_conf()")
        trial.run_for(1)
        start, count = time.time(), 0
        try:
            while time.time() < start + 15:
                count += int(query("postgres", "select count(pg_cancel_backend(pid)) from pg_stat_activity"
                                   " where wait_event = 'SyncRep'"))
                trial.run_for(0.1)
            answered = trial.acknowledged_between(start + 0.5, time.time())
            trial.check(not answered, f"I11: {len(answered)} answers for commits that no standby had")
            trial.note(f"{count} waits cancelled")
            trial.check(count > 0, "no commit waited: the fault was not made")
        finally:
            query("postgres", "alter system reset synchronous_standby_names")
            query("postgres", "set synchronous_commit = local; select pg_reload_conf()")
        trial.recovered(time.time())
    return trial.row


@fault("23", "backends terminated five times a second")
def terminated(lab):
    seconds = lab.whole(600, 60, 15)
    with Trial(lab, "23", f"backends terminated five times a second for {seconds} s") as trial:
        start, count = time.time(), 0
        while time.time() < start + seconds:
            count += int(trial.postgres.query(
                "postgres", f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {OURS}"))
            trial.run_for(0.17)
        trial.row.runs = count
        end = time.time()
        trial.recovered(end)
        trial.run_for(8)
        rate = len(trial.acknowledged_between(end + 2, end + 8)) / 6
        trial.check(rate >= 0.95 * 15, f"I9: {rate:.0f} answers a second afterwards")
    return trial.row


@fault("24", "connection slots exhausted")
def slots(lab):
    with Trial(lab, "24", "all connection slots held by others for 20 s, writer cut") as trial:
        held = []

        def grab():
            while (session := trial.postgres.hog("postgres")) is not None:
                held.append(session)
        try:
            grab()
            full = time.time()
            trial.run_for(5)
            answered = trial.acknowledged_between(full, time.time())
            trial.check(answered, "the writer's own connection did not go on with all slots taken")
            # Now it loses its connection, and its slot goes to the others.
            trial.note(f"{len(held)} sessions held")
            pids = trial.lab.backend_pids()
            for pid in pids:
                trial.lab.terminate_backend(pid)
            start = time.time()
            while time.time() < start + 1:
                grab()
            trial.run_for(14)
            trial.window = (start, time.time())
        finally:
            for session in held:
                session.close()
        trial.recovered(time.time())
    return trial.row


@fault("26", "LOCK TABLE task for 20 s")
def locked(lab):
    with Trial(lab, "26", "LOCK TABLE task for 20 s") as trial:
        trial.limit_p99 = 1500
        session = trial.postgres.session("trial", "begin; lock table task; select pg_sleep(600);")
        try:
            trial.run_for(0.3)
            start = time.time()
            trial.run_for(20)
            trial.window = (start, time.time())
        finally:
            pids = trial.postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity"
                                        " where application_name = 'chaos'")
            session.kill()
            session.wait()
        trial.check(pids, "the lock was not held: the fault was not made")
        trial.recovered(time.time())
    return trial.row


@fault("27", "database restored to a moment ago: the input log refills it", quick=True)
def restored(lab):
    seconds = lab.whole(60, 30, 10)
    with Trial(lab, "27", f"database restored to {seconds} s ago") as trial:
        backup = trial.postgres.folder + "/backup"
        trial.postgres.back_up(backup)
        trial.run_for(seconds)
        trial.postgres.stop("immediate")
        trial.postgres.restore(backup)
        trial.postgres.start()
        back = time.time()
        trial.recovered(back, 90)
        trial.check(1 in trial.daemon.exits, f"the daemon did not end with 1: {trial.daemon.exits}")
        trial.note(f"exits {trial.daemon.exits}")
        trial.run_for(3)
    return trial.row


@fault("27b", "database restored while the daemon was down")
def restored_while_down(lab):
    with Trial(lab, "27b", "database restored to 15 s ago while the daemon was killed") as trial:
        trial.limit_p99 = 30000
        backup = trial.postgres.folder + "/backup"
        trial.postgres.back_up(backup)
        trial.run_for(15)
        trial.daemon.end_at_once()
        trial.postgres.stop("immediate")
        trial.postgres.restore(backup)
        trial.postgres.start()
        back = time.time()
        trial.daemon.start(wait=0)
        trial.recovered(back, 90)
        trial.run_for(3)
    return trial.row
