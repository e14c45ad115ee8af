import PQ
import TestSupport
import Testing

@Suite(.fewAtATime) struct FaultTests {
    @Test func aBackendThatIsTerminatedMakesTheOutcomeUnknown() async throws {
        let fixture = try await Fixture()
        let other = try await fixture.another()
        let pid = try await fixture.backend()
        try await other.query("select pg_advisory_lock(1)")
        let pending = PipelineWriter(connection: fixture.connection).enqueue(
            [BoundStatement(sql: "select pg_advisory_lock(1)")], deadlineSeconds: patientSeconds)
        try await Fixture.wait(for: "advisory", of: pid, asking: other)
        try await other.query("select pg_terminate_backend($1)", [.int4(pid)])
        #expect(await pending.outcome().unknownReason == .connectionLost(sqlState: "57P01"))
        let error = await #expect(throws: PQError.self) { try await fixture.connection.query("select 1") }
        #expect(error?.isConnectionLost == true)
        #expect(fixture.connection.isClosed)
    }

    @Test func anIdleConnectionNoticesThatItsBackendIsGone() async throws {
        let fixture = try await Fixture()
        let other = try await fixture.another()
        let notifications = try await fixture.connection.listen("c")
        try await other.query("select pg_terminate_backend($1)", [.int4(try await fixture.backend())])
        // The stream ends with the connection.
        for await _ in notifications {}
        #expect(fixture.connection.isClosed)
    }

    @Test func aFrozenServerIsGivenUpAtTheDeadline() async throws {
        let server = try await PostgresServer.start(fsync: false)
        let fixture = try await Fixture(server: server)
        let second = try await fixture.another()
        let endpoint = try #require(try PQEndpoint.parse(fixture.database.connectionString).first)
        server.freeze()
        defer { server.thaw() }
        let readSeconds = await seconds {
            let error = await #expect(throws: PQError.self) {
                try await fixture.connection.query("select 1", deadlineSeconds: 0.5)
            }
            #expect(error?.code == .deadlineExceeded)
        }
        #expect((0.5..<5).contains(readSeconds))
        #expect(fixture.connection.isClosed)
        let writeSeconds = await seconds {
            let outcome = await second.pipeline([BoundStatement(sql: "select 1")], deadlineSeconds: 0.5)
            #expect(outcome.unknownReason == .deadlineExceeded)
        }
        #expect((0.5..<5).contains(writeSeconds))
        let connectSeconds = await seconds {
            let error = await #expect(throws: PQError.self) { try await PQConnection.connect(to: endpoint) }
            #expect(error?.code == .deadlineExceeded)
        }
        #expect((0.9..<5).contains(connectSeconds))
    }

    @Test func aCommitThatMayNotBeReplicatedIsUnknown() async throws {
        let server = try await PostgresServer.start(fsync: false, settings: ["synchronous_standby_names=nobody"])
        let fixture = try await Fixture(server: server)
        let other = try await fixture.another()
        try await other.script("set synchronous_commit = local; create table t (id int8)")
        let pid = try await fixture.backend()
        let writer = PipelineWriter(connection: fixture.connection)
        let first = writer.enqueue([BoundStatement(sql: "insert into t values (1)")], deadlineSeconds: patientSeconds)
        try await Fixture.wait(for: "SyncRep", of: pid, asking: other)
        try await other.query("select pg_cancel_backend($1)", [.int4(pid)])
        #expect(await first.outcome().unknownReason == .warning(sqlState: "01000"))
        // The connection lives on, and the row is there locally: exactly what "unknown" is for.
        #expect(try await other.query("select count(*) from t").first.int8(0) == 1)
        #expect(try await fixture.connection.query("select 1").count == 1)
    }

    @Test(arguments: [true, false])
    func aServerThatEndsMakesTheOutcomeUnknownAndARestartedOneIsUsedAgain(inGoodOrder: Bool) async throws {
        let server = try await PostgresServer.start(fsync: true)
        let fixture = try await Fixture(server: server)
        let other = try await fixture.another()
        let pid = try await fixture.backend()
        try await fixture.connection.script("create table t (id int8)")
        // A sleep and not a lock: a lock is let go when its holder is ended first, and then this group commits.
        let pending = PipelineWriter(connection: fixture.connection).enqueue(
            [
                BoundStatement(sql: "insert into t values (1)"),
                BoundStatement(sql: "select pg_sleep(600)"),
            ], deadlineSeconds: patientSeconds)
        try await Fixture.wait(for: "PgSleep", of: pid, asking: other)
        try await inGoodOrder ? server.stop() : server.kill()
        if case .connectionLost = await pending.outcome().unknownReason {} else {
            Issue.record("the outcome must be unknown")
        }
        if !inGoodOrder { await server.waitUntilEmpty() }
        try await server.restart()
        let again = try await fixture.another()
        #expect(try await again.query("select count(*) from t").first.int8(0) == 0)
    }

    @Test func closingMakesWhatIsOnItsWayUnknown() async throws {
        let fixture = try await Fixture()
        let other = try await fixture.another()
        let pid = try await fixture.backend()
        try await other.query("select pg_advisory_lock(1)")
        let pending = PipelineWriter(connection: fixture.connection).enqueue(
            [BoundStatement(sql: "select pg_advisory_lock(1)")], deadlineSeconds: patientSeconds)
        try await Fixture.wait(for: "advisory", of: pid, asking: other)
        fixture.connection.close()
        #expect(await pending.outcome().unknownReason == .closed)
        #expect(await fixture.connection.pipeline([]).failure?.code == .closed)
    }
}
