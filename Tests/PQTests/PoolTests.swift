import PQ
import Synchronization
import TestSupport
import Testing

@Suite(.fewAtATime) struct PoolTests {
    /// A pool and a count of the connections it has opened.
    final class Opened: Sendable {
        let count = Mutex(0)
    }

    func pool(size: Int, maxWaiters: Int) async throws -> (PQPool, Opened) {
        let fixture = try await Fixture()
        let opened = Opened()
        let hosts = PQHostList(try PQEndpoint.parse(fixture.database.connectionString))
        let pool = PQPool(size: size, maxWaiters: maxWaiters) { () async throws(PQError) in
            opened.count.withLock { $0 += 1 }
            return try await hosts.connect(deadlineSeconds: patientSeconds)
        }
        return (pool, opened)
    }

    @Test func connectionsAreSharedAndBounded() async throws {
        let (pool, opened) = try await pool(size: 2, maxWaiters: 100)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
            for index in 0..<50 {
                group.addTask {
                    let bound = BoundStatement(sql: "select $1", values: [.int8(Int64(index))])
                    return try await pool.query(bound, deadlineSeconds: patientSeconds).first.int8(0)
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == (0..<50).reduce(0, +))
        #expect(opened.count.withLock { $0 } <= 2)
    }

    @Test func theWaitingRoomAndTheWaitAreBounded() async throws {
        let (pool, _) = try await pool(size: 1, maxWaiters: 1)
        let bound = BoundStatement(sql: "select 1")
        try await pool.withConnection(deadlineSeconds: patientSeconds) { _ in
            // One may wait, and gives up at its deadline; the place is free again afterwards.
            for _ in 0..<2 {
                let late = await #expect(throws: PQError.self) { try await pool.query(bound, deadlineSeconds: 0.05) }
                #expect(late?.code == .poolExhausted)
            }
            async let first = Self.code(pool, bound)
            async let second = Self.code(pool, bound)
            let codes = await [first, second]
            #expect(codes == [.poolExhausted, .poolExhausted])
        }
        #expect(try await pool.query(bound).count == 1)
    }

    private static func code(_ pool: PQPool, _ bound: BoundStatement) async -> PQError.Code? {
        do throws(PQError) {
            _ = try await pool.query(bound, deadlineSeconds: 0.2)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func aBrokenConnectionIsReplaced() async throws {
        let (pool, opened) = try await pool(size: 1, maxWaiters: 1)
        await #expect(throws: PQError.self) {
            try await pool.query(BoundStatement(sql: "select pg_terminate_backend(pg_backend_pid())"))
        }
        #expect(try await pool.query(BoundStatement(sql: "select 1"), deadlineSeconds: patientSeconds).count == 1)
        #expect(opened.count.withLock { $0 } == 2)
    }

    @Test func anErrorOfAStatementKeepsTheConnection() async throws {
        let (pool, opened) = try await pool(size: 1, maxWaiters: 1)
        await #expect(throws: PQError.self) { try await pool.query(BoundStatement(sql: "select 1/0")) }
        #expect(try await pool.query(BoundStatement(sql: "select 1")).count == 1)
        #expect(opened.count.withLock { $0 } == 1)
    }

    @Test func aConnectionWithAPlanThatNoLongerFitsIsReplaced() async throws {
        let (pool, opened) = try await pool(size: 1, maxWaiters: 1)
        let all = Statement(name: "all", sql: "select * from t").bind()
        try await pool.withConnection { try await $0.script("create table t (a int4)") }
        #expect(try await pool.query(all).columns.count == 1)
        try await pool.withConnection { try await $0.script("alter table t add b int4") }
        let error = await #expect(throws: PQError.self) { try await pool.query(all) }
        #expect(error?.isStalePlan == true)
        #expect(try await pool.query(all, deadlineSeconds: patientSeconds).columns.count == 2)
        #expect(opened.count.withLock { $0 } == 2)
    }

    @Test func aPoolThatCannotConnectSaysSoAndTriesAgain() async throws {
        let attempts = Opened()
        let pool = PQPool(size: 1, maxWaiters: 1) { () async throws(PQError) in
            attempts.count.withLock { $0 += 1 }
            return try await PQHostList(PQEndpoint.parse("host=/nonexistent")).connect()
        }
        for _ in 0..<3 {
            let error = await #expect(throws: PQError.self) { try await pool.query(BoundStatement(sql: "select 1")) }
            #expect(error?.code == .connectFailed)
        }
        #expect(attempts.count.withLock { $0 } == 3)
    }

    @Test func aClosedPoolRefuses() async throws {
        let (pool, _) = try await pool(size: 1, maxWaiters: 1)
        _ = try await pool.query(BoundStatement(sql: "select 1"))
        await pool.close()
        let error = await #expect(throws: PQError.self) { try await pool.query(BoundStatement(sql: "select 1")) }
        #expect(error?.code == .closed)
    }
}
