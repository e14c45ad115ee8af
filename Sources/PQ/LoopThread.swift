import CLibPQ
import Glibc
import Synchronization

/// A moment of the system's monotonic clock, in nanoseconds.
struct MonotonicMoment: Sendable, Comparable {
    let nanoseconds: Int64

    static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    static var now: MonotonicMoment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicMoment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Time left until then, in seconds; never negative.
    var secondsLeft: Double { Double(max(0, nanoseconds - Self.now.nanoseconds)) / 1_000_000_000 }

    /// `seconds` from now, held between nothing and a day.
    static func after(seconds: Double) -> MonotonicMoment {
        let bounded = seconds.isNaN ? 0 : min(max(seconds, 0), 86_400)
        return MonotonicMoment(nanoseconds: now.nanoseconds + Int64(bounded * 1_000_000_000))
    }
}

/// What the owner of a loop thread waits for next.
struct LoopInterest: Sendable {
    /// The socket, or -1 for none.
    var descriptor: Int32 = -1
    var wantsRead = false
    var wantsWrite = false
    var deadline: MonotonicMoment?
}

/// What the loop thread saw on the socket.
struct LoopReadiness: Sendable {
    var readable = false
    var writable = false
}

/// A dedicated thread that runs an actor's jobs and, between them, its owner's `turn` whenever the socket is ready,
/// a deadline has passed or somebody called `wake`. Nothing here blocks a thread of the cooperative pool.
final class LoopThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopping = false
        var thread: pthread_t?
    }

    private final class Start {
        let loop: LoopThread
        let turn: @Sendable (LoopReadiness) -> LoopInterest

        init(loop: LoopThread, turn: @escaping @Sendable (LoopReadiness) -> LoopInterest) {
            self.loop = loop
            self.turn = turn
        }
    }

    private static let running = Mutex(0)

    private let state = Mutex(State())
    private let wakeDescriptor: Int32

    /// Throws `.tooManyConnections` when that many threads run.
    init() throws(PQError) {
        let isAllowed = Self.running.withLock { count in
            guard count < PQLimits.maxConnections else { return false }
            count += 1
            return true
        }
        guard isAllowed else { throw PQError(.tooManyConnections) }
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else {
            Self.running.withLock { $0 -= 1 }
            throw PQError(.connectFailed, explanation: "no eventfd")
        }
        wakeDescriptor = descriptor
    }

    deinit {
        close(wakeDescriptor)
        Self.running.withLock { $0 -= 1 }
    }

    /// Starts the thread. `turn` must not keep the owner alive.
    func start(turn: @escaping @Sendable (LoopReadiness) -> LoopInterest) throws(PQError) {
        let box = Unmanaged.passRetained(Start(loop: self, turn: turn))
        let status = state.withLock { state -> Int32 in
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    start.loop.run(start.turn)
                    return nil
                }, box.toOpaque())
            if status == 0 {
                pthread_detach(thread)
                state.thread = thread
            }
            return status
        }
        guard status == 0 else {
            box.release()
            throw PQError(.connectFailed, explanation: "no thread")
        }
    }

    /// Ends the thread after the jobs that are there; called when the owner goes away.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// Makes the thread take a turn.
    func wake() {
        var one: UInt64 = 1
        // The only failure is a counter that is full, which wakes as well.
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        state.withLock { $0.jobs.append(unowned) }
        wake()
    }

    func checkIsolated() {
        precondition(isOnThread, "not on the connection's thread")
    }

    func isIsolatingCurrentContext() -> Bool? {
        isOnThread
    }

    private var isOnThread: Bool {
        state.withLock { state in
            guard let thread = state.thread else { return false }
            return pthread_equal(thread, pthread_self()) != 0
        }
    }

    private func run(_ turn: @Sendable (LoopReadiness) -> LoopInterest) {
        var readiness = LoopReadiness()
        while true {
            let (jobs, isStopping) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopping)
            }
            for job in jobs {
                job.runSynchronously(on: asUnownedSerialExecutor())
            }
            if isStopping && jobs.isEmpty { return }
            readiness = wait(for: turn(readiness))
        }
    }

    private func wait(for interest: LoopInterest) -> LoopReadiness {
        var events: Int16 = 0
        if interest.wantsRead { events |= Int16(POLLIN) }
        if interest.wantsWrite { events |= Int16(POLLOUT) }
        var descriptors = [
            pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interest.descriptor, events: events, revents: 0),
        ]
        var milliseconds: Int32 = -1
        if let deadline = interest.deadline {
            let nanoseconds = max(0, deadline.nanoseconds - MonotonicMoment.now.nanoseconds)
            // Rounded up, so that the deadline has passed when poll returns.
            milliseconds = Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
        }
        guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return LoopReadiness() }
        if descriptors[0].revents != 0 {
            var count: UInt64 = 0
            _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
        }
        let seen = Int32(descriptors[1].revents)
        let broken = seen & (POLLERR | POLLHUP | POLLNVAL) != 0
        return LoopReadiness(readable: seen & POLLIN != 0 || broken, writable: seen & POLLOUT != 0 || broken)
    }
}
