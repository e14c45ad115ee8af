import Foundation
import Glibc
import Synchronization

/// A private PostgreSQL 15 on a Unix socket in a folder of its own. It vanishes with its folder when `stop` is called
/// or this process ends in whatever way, for a watchdog process waits for just that.
package final class PostgresServer: Sendable {
    private struct State {
        var pid: pid_t?
        var databaseCount = 0
    }

    private static let binaries = "/usr/lib/postgresql/15/bin"
    private static let startTimeoutSeconds = 60
    private static let folderCount = Mutex(0)
    private static let sharedServer = SharedServer()

    /// Folder of the socket: the `host` of connection strings.
    package let socketFolder: String
    private let folder: String
    private let settings: [String]
    private let state = Mutex(State())
    /// Its closing, also by the end of this process, tells the watchdog to clean up.
    private let watchdogDescriptor: Int32

    private var dataFolder: String { folder + "/data" }
    private var logFile: String { folder + "/log" }

    /// The server that all tests of this process share, started on first use with fsync off.
    package static func shared() async throws -> PostgresServer {
        try await sharedServer.server()
    }

    /// Starts a server of one's own; `settings` are lines such as `wal_level=logical`.
    package static func start(fsync: Bool = true, settings: [String] = []) async throws -> PostgresServer {
        try await ChildProcess.blocking {
            let server = try PostgresServer(settings: ["fsync=\(fsync ? "on" : "off")"] + settings)
            try server.launch()
            return server
        }
    }

    private init(settings: [String]) throws {
        let number = Self.folderCount.withLock { count in
            count += 1
            return count
        }
        folder = "/tmp/silverbell-pg-\(getpid())-\(number)"
        socketFolder = folder
        self.settings = settings
        guard mkdir(folder, 0o700) == 0 else { throw TestSupportError("cannot create \(folder)") }
        watchdogDescriptor = try Self.startWatchdog(folder)
        if geteuid() == 0 {
            guard let user = getpwnam("postgres"), chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
                throw TestSupportError("no user postgres")
            }
        }
        let initialise = ["\(Self.binaries)/initdb", "-D", dataFolder, "-U", "postgres", "-A", "trust"]
        try ChildProcess.run(
            Self.asServerUser(initialise + ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]), output: logFile)
    }

    deinit {
        close(watchdogDescriptor)
    }

    private static func asServerUser(_ arguments: [String]) -> [String] {
        guard geteuid() == 0 else { return arguments }
        return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] + arguments
    }

    /// A shell that waits for the end of its input, then ends every process of the data folder and removes it all.
    private static func startWatchdog(_ folder: String) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw TestSupportError("no pipe")
        }
        defer { close(ends[0]) }
        let script = """
            trap '' INT TERM HUP
            cat >/dev/null
            signal() {
              for p in /proc/[0-9]*; do
                if [ "$(readlink $p/cwd)" = "$0/data" ]; then kill -$1 ${p#/proc/}; found=1; fi
              done
            }
            signal CONT; signal QUIT
            for i in 1 2 3 4 5 6 7 8 9 10; do
              found=0; signal 0
              [ $found = 0 ] && break
              sleep 0.2
            done
            signal KILL
            rm -rf "$0"
            """
        _ = try ChildProcess.spawn(
            ["/usr/bin/setsid", "/bin/sh", "-c", script, folder], input: ends[0], output: "/dev/null")
        return ends[1]
    }

    // MARK: Life

    private func launch() throws {
        let options = ["listen_addresses=", "unix_socket_directories=\(socketFolder)", "max_connections=200"]
            + ["dynamic_shared_memory_type=mmap", "max_wal_size=256MB", "max_prepared_transactions=4"] + settings
        let arguments = ["\(Self.binaries)/postgres", "-D", dataFolder] + options.flatMap { ["-c", $0] }
        let pid = try ChildProcess.spawn(Self.asServerUser(arguments), output: logFile)
        state.withLock { $0.pid = pid }
        for _ in 0..<(Self.startTimeoutSeconds * 50) {
            // The eighth line of postmaster.pid is the server's state.
            let lines = (try? String(contentsOfFile: dataFolder + "/postmaster.pid", encoding: .utf8))?
                .split(separator: "\n", omittingEmptySubsequences: false) ?? []
            let isRunning = lines.count > 7 && ["ready", "standby"].contains(where: lines[7].hasPrefix)
            if isRunning && lines[0] == "\(pid)" { return }
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { break }
            usleep(20_000)
        }
        let log = (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? ""
        throw TestSupportError("PostgreSQL did not start: \(log.suffix(2_000))")
    }

    private func end(_ signal: Int32) async throws {
        guard let pid = state.withLock({ $0.pid.take() }) else { return }
        try await ChildProcess.blocking {
            Glibc.kill(pid, signal)
            Glibc.kill(pid, SIGCONT)
            ChildProcess.wait(pid)
        }
    }

    /// Ends the server in good order, breaking its connections; the data stay until this object goes.
    package func stop() async throws { try await end(SIGINT) }

    /// Ends the server's main process with SIGKILL; its other processes notice and follow.
    package func kill() async throws { try await end(SIGKILL) }

    /// After `kill`: returns when the last of the server's processes has noticed and gone.
    package func waitUntilEmpty() async {
        while !ChildProcess.processes(in: dataFolder).isEmpty { await Task.yield() }
    }

    /// Starts the server again on its data.
    package func restart() async throws {
        try await stop()
        try await ChildProcess.blocking { try self.launch() }
    }

    /// Makes the next start one in recovery, as a standby that never hears of its primary.
    package func becomeStandby() async throws {
        try await stop()
        try await ChildProcess.blocking {
            try ChildProcess.run(
                Self.asServerUser(["/usr/bin/touch", self.dataFolder + "/standby.signal"]), output: self.logFile)
        }
        try await restart()
    }

    /// Stops all of the server's processes as a frozen machine would; its sockets stay open.
    package func freeze() {
        for pid in ChildProcess.processes(in: dataFolder) { Glibc.kill(pid, SIGSTOP) }
    }

    /// Ends `freeze`.
    package func thaw() {
        for pid in ChildProcess.processes(in: dataFolder) { Glibc.kill(pid, SIGCONT) }
    }

    // MARK: Databases

    /// A fresh, empty database.
    package func createDatabase() async throws -> PostgresDatabase {
        let number = state.withLock { state in
            state.databaseCount += 1
            return state.databaseCount
        }
        let name = "test_\(number)"
        let arguments = ["\(Self.binaries)/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
            + ["-d", "host=\(socketFolder) user=postgres dbname=postgres options='-c synchronous_commit=local'"]
            + ["-c", "CREATE DATABASE \(name)"]
        let log = logFile + ".psql\(number)"
        try await ChildProcess.blocking { try ChildProcess.run(arguments, output: log) }
        return PostgresDatabase(server: self, name: name)
    }
}

/// A database of its own for one test.
package struct PostgresDatabase: Sendable {
    /// The server it lives on, kept alive by this.
    package let server: PostgresServer
    /// Its name.
    package let name: String

    /// For libpq; the user may do everything.
    package var connectionString: String { "host=\(server.socketFolder) user=postgres dbname=\(name)" }
}

/// Starts the shared server once, however many ask at the same time.
private actor SharedServer {
    private var starting: Task<PostgresServer, any Error>?

    func server() async throws -> PostgresServer {
        let task = starting ?? Task { try await PostgresServer.start(fsync: false) }
        starting = task
        return try await task.value
    }
}
