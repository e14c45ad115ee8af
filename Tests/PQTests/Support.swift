import PQ
import TestSupport
import Testing

/// A connection to a fresh database, and how to open more.
struct Fixture {
    let database: PostgresDatabase
    let connection: PQConnection

    init(server: PostgresServer? = nil) async throws {
        let chosen = if let server { server } else { try await PostgresServer.shared() }
        database = try await chosen.createDatabase()
        connection = try await Self.connect(database)
    }

    static func connect(_ database: PostgresDatabase) async throws -> PQConnection {
        let endpoint = try #require(try PQEndpoint.parse(database.connectionString).first)
        // Generous, for the machine that runs the tests may be busy with other things.
        return try await PQConnection.connect(to: endpoint, applicationName: "pq tests", deadlineSeconds: 20)
    }

    func another() async throws -> PQConnection {
        try await Self.connect(database)
    }

    /// The process number of the connection's backend.
    func backend() async throws -> Int32 {
        try await connection.query("select pg_backend_pid()").first.int4(0)
    }

    /// Asks until the backend waits for what is named in `pg_stat_activity.wait_event`.
    static func wait(for event: String, of backend: Int32, asking observer: PQConnection) async throws {
        let sql = "select count(*) from pg_stat_activity where pid = $1 and wait_event = $2"
        while try await observer.query(sql, [.int4(backend), .text(event)], deadlineSeconds: 20).first.int8(0) == 0 {
            await Task.yield()
        }
    }
}

func seconds(of body: () async throws -> Void) async rethrows -> Double {
    let elapsed = try await ContinuousClock().measure { try await body() }
    return elapsed / .seconds(1)
}

/// The time for things that may be slow on a busy machine.
let patientSeconds: Double = 30

/// Lets only a few tests of this target run at a time, so that their deadlines mean something on a small machine.
struct FewAtATime: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate(permits: 2)

    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // The scope of a whole suite is none of its tests'.
        guard testCase != nil else { return try await function() }
        await Self.gate.enter()
        do {
            try await function()
        } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }
}

extension Trait where Self == FewAtATime {
    static var fewAtATime: Self { FewAtATime() }
}

private actor Gate {
    private var permits: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(permits: Int) {
        self.permits = permits
    }

    func enter() async {
        if permits > 0 {
            permits -= 1
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    func leave() {
        if waiters.isEmpty {
            permits += 1
        } else {
            waiters.removeFirst().resume()
        }
    }
}
