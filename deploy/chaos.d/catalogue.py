"""All faults: those that can be made here register themselves, the others say why not."""

FAULTS = {}

ABSENT = {
    "2": "needs a failpoint compiled into the daemon (log.after_sync); fault 1 meets the place by chance only",
    "3": "needs a failpoint (ack.after); fault 1 meets the place by chance only",
    "4": "needs a failpoint (pg.after_commit); fault 1 meets the place by chance only",
    "5": "needs a failpoint (send.after_accept); faults 1 and 39 check keys and marks of repeats",
    "7": "needs a failpoint that holds an event loop; frozen whole daemons are fault 6",
    "8": "needs a memory cgroup to itself; memory is sampled and bounded in every fault instead",
    "10": "needs a cpu cgroup to itself and stress-ng",
    "19": "needs a cluster of three PostgreSQL nodes with Patroni and etcd",
    "20": "needs a cluster of three PostgreSQL nodes with Patroni and etcd; a database that went back is fault 27",
    "25": "needs a cluster of three PostgreSQL nodes with Patroni and etcd",
    "28": "needs the release before this one; there is none yet with which a schema would be shared",
    "30": "Silverbell has no broker of others in front of it in this version: devices speak to its own listener",
    "32": "random loss on loopback waits for the kernel's retransmissions; needs network namespaces and a slow link",
    "33": "needs a fault proxy of its own for TCP and UDP",
    "34": "needs network namespaces and three PostgreSQL nodes",
    "35": "needs 20,000 TLS connections from other addresses; deploy/bench measures plain connections in such numbers",
    "38": "24 hours of libFuzzer targets; the parsers' seeded garbage is in the unit tests",
}


def fault(number, name, quick=False):
    """Registers a function that makes one fault: it gives a Row or a list of them."""
    def register(function):
        FAULTS[number] = (name, quick, function)
        return function
    return register


def order(number):
    digits = "".join(filter(str.isdigit, number))
    return (int(digits or 0), number)
