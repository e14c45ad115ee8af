import PQ
import Testing

@Suite(.fewAtATime) struct TransactionTests {
    struct Refusal: Error {}

    func table() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.connection.script("create table t (id int8 primary key); create index on t (id)")
        return fixture
    }

    func count(_ connection: PQConnection) async throws -> Int64 {
        try await connection.query("select count(*) from t").first.int8(0)
    }

    @Test func aTransactionCommitsAndGivesItsValue() async throws {
        let fixture = try await table()
        let value = try await fixture.connection.transaction { transaction in
            try await transaction.query("insert into t values (1)")
            try await transaction.copyIn(PQCopyTarget(table: "t", columns: ["id"]), rows: [[.int8(2)], [.int8(3)]])
            try await transaction.script("insert into t values (4); insert into t values (5)")
            return try await transaction.query("select count(*) from t").first.int8(0)
        }
        #expect(value == 5)
        #expect(try await count(fixture.another()) == 5)
    }

    @Test func anErrorOfTheBodyRollsBack() async throws {
        let fixture = try await table()
        await #expect(throws: Refusal.self) {
            try await fixture.connection.transaction { transaction in
                try await transaction.query("insert into t values (1)")
                throw Refusal()
            }
        }
        #expect(try await count(fixture.connection) == 0)
    }

    @Test func aCommitThatRolledBackIsAnError() async throws {
        let fixture = try await table()
        func hidingAnError(_ transaction: PQTransaction) async throws {
            try await transaction.query("insert into t values (1)")
            await #expect(throws: PQError.self) { try await transaction.query("select 1/0") }
        }
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.transaction { try await hidingAnError($0) }
        }
        #expect(error?.code == .transactionRolledBack)
        #expect(try await count(fixture.connection) == 0)
    }

    @Test func aCommitWithAWarningIsUnknown() async throws {
        let fixture = try await table()
        try await fixture.connection.script(
            """
            create function warn() returns trigger language plpgsql as $$ begin raise warning 'x'; return null; end $$;
            create constraint trigger late after insert on t deferrable initially deferred
              for each row execute function warn();
            """)
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.transaction { try await $0.query("insert into t values (1)") }
        }
        #expect(error?.code == .outcomeUnknown)
    }

    @Test func othersWaitUntilATransactionIsOver() async throws {
        let fixture = try await table()
        let connection = fixture.connection
        let writer = PipelineWriter(connection: connection)
        let pending = try await connection.transaction { transaction in
            try await transaction.query("insert into t values (1)")
            let pending = writer.enqueue([BoundStatement(sql: "insert into t values (2)")])
            #expect(try await transaction.query("select count(*) from t").first.int8(0) == 1)
            return pending
        }
        #expect(await pending.outcome().committedValue != nil)
        #expect(try await count(connection) == 2)
    }

    @Test func transactionsOfOneConnectionTakeTurns() async throws {
        let fixture = try await table()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<20 {
                group.addTask {
                    try await fixture.connection.transaction(deadlineSeconds: patientSeconds) { transaction in
                        let seen = try await transaction.query("select count(*) from t").first.int8(0)
                        try await transaction.query("insert into t values ($1)", [.int8(Int64(id))])
                        #expect(try await transaction.query("select count(*) from t").first.int8(0) == seen + 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count(fixture.connection) == 20)
    }

    @Test func aScriptIsOneTransaction() async throws {
        let fixture = try await table()
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.script("insert into t values (1); insert into t values (1)")
        }
        #expect(error?.sqlState == "23505")
        #expect(try await count(fixture.connection) == 0)
    }
}
