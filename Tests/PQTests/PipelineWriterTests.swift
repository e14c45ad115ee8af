import PQ
import Testing

@Suite(.fewAtATime) struct PipelineWriterTests {
    static let insert = Statement(name: "i", sql: "insert into t values ($1)", parameterTypes: [.int8])

    @Test func groupsRunInOrderAndAFailingOneLeavesTheOthersAlone() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script(
            "create table t (id int8 primary key, at int8 generated always as identity)")
        let writer = PipelineWriter(connection: fixture.connection)
        // Every third group repeats the first id.
        let pending = (0..<60).map { index in
            let id = index % 3 == 2 ? 0 : Int64(index)
            return writer.enqueue([Self.insert.bind(.int8(id))], deadlineSeconds: patientSeconds)
        }
        for (index, one) in pending.enumerated() {
            let outcome = await one.outcome()
            if index % 3 == 2 {
                #expect(outcome.failure?.sqlState == "23505")
            } else {
                #expect(outcome.committedValue != nil)
            }
        }
        let stored = try await fixture.connection.query("select id from t order by at").map { try $0.int8(0) }
        #expect(stored == (0..<60).filter { $0 % 3 != 2 })
    }

    @Test func fourGroupsAreSentBeforeTheFirstIsAnsweredAndNoMore() async throws {
        let fixture = try await Fixture()
        let other = try await fixture.another()
        let pid = try await fixture.backend()
        try await other.query("select pg_advisory_lock(1)")
        let writer = PipelineWriter(connection: fixture.connection)
        let blocked = writer.enqueue(
            [BoundStatement(sql: "select pg_advisory_lock(1)")], deadlineSeconds: patientSeconds)
        let more = (0..<5).map { _ in
            writer.enqueue([BoundStatement(sql: "select 1")], deadlineSeconds: patientSeconds)
        }
        try await Fixture.wait(for: "advisory", of: pid, asking: other)
        try await other.query("select pg_terminate_backend($1)", [.int4(pid)])
        #expect(await blocked.outcome().unknownReason == .connectionLost(sqlState: "57P01"))
        // What was sent may have happened; what was not sent certainly has not.
        for (index, one) in more.enumerated() {
            let outcome = await one.outcome()
            if index < PQLimits.maxGroupsInFlight - 1 {
                #expect(outcome.unknownReason == .connectionLost(sqlState: nil))
            } else {
                #expect(outcome.failure?.code == .closed)
            }
        }
    }

    @Test func aLargeGroupWithLargeAnswersDoesNotDeadlock() async throws {
        let fixture = try await Fixture()
        let echo = Statement(name: "echo", sql: "select $1", parameterTypes: [.text])
        let text = String(repeating: "x", count: 20_000)
        let outcome = await fixture.connection.pipeline(
            (0..<2_000).map { echo.bind(.text("\($0) \(text)")) }, deadlineSeconds: patientSeconds)
        let results = try outcome.believed()
        #expect(results.count == 2_000)
        for (index, rows) in results.enumerated() {
            #expect(try rows.first.text(0).hasPrefix("\(index) x"))
        }
    }

    @Test func theWaitingRoomIsBounded() async throws {
        let fixture = try await Fixture()
        let writer = PipelineWriter(connection: fixture.connection)
        let group = [BoundStatement(sql: "select 1")]
        let pending = try await fixture.connection.transaction(deadlineSeconds: patientSeconds) { transaction in
            let pending = (0..<PQLimits.maxWaitingOperations).map { _ in
                writer.enqueue(group, deadlineSeconds: patientSeconds)
            }
            #expect(await writer.submit(group).failure?.code == .queueFull)
            // Those who wait do not keep the transaction from going on.
            let rows = try await transaction.query("select 1")
            #expect(rows.count == 1)
            return pending
        }
        for one in pending {
            #expect(await one.outcome().committedValue != nil)
        }
    }

    @Test func whatWaitsTooLongWasNotSent() async throws {
        let fixture = try await Fixture()
        let connection = fixture.connection
        try await connection.transaction(deadlineSeconds: patientSeconds) { transaction in
            let outcome = await connection.pipeline([BoundStatement(sql: "select 1")], deadlineSeconds: 0.05)
            #expect(outcome.failure?.code == .notSent)
            try await transaction.query("select 1")
        }
        #expect(!connection.isClosed)
    }
}
