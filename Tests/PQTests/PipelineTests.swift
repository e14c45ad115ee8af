import PQ
import Testing

@Suite(.fewAtATime) struct PipelineTests {
    static let insert = Statement(
        name: "insert", sql: "insert into t (id, body) select * from unnest($1, $2)",
        parameterTypes: [.int8Array, .textArray])
    static let warn = BoundStatement(sql: "do $$ begin raise warning 'careful'; end $$")

    static func rows(_ ids: [Int64]) -> BoundStatement {
        insert.bind(.int8Array(ids), .textArray(ids.map { "body \($0)" }))
    }

    func table() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.connection.script("create table t (id int8 primary key, body text)")
        return fixture
    }

    func ids(_ connection: PQConnection) async throws -> [Int64] {
        try await connection.query("select id from t order by id").map { try $0.int8(0) }
    }

    @Test func aGroupCommitsTogetherAndAnswersInOrder() async throws {
        let fixture = try await table()
        let outcome = await fixture.connection.pipeline([
            Self.rows([1, 2]), BoundStatement(sql: "select count(*) from t"), Self.rows([3]),
        ])
        let results = try outcome.believed()
        #expect(results.map(\.commandTag) == ["INSERT 0 2", "SELECT 1", "INSERT 0 1"])
        #expect(results.map(\.affectedRows) == [2, 1, 1])
        #expect(try results[1].first.int8(0) == 2)
        #expect(try await ids(fixture.another()) == [1, 2, 3])
    }

    @Test func anEmptyGroupCommitsNothing() async throws {
        let fixture = try await table()
        #expect(await fixture.connection.pipeline([]).committedValue?.count == 0)
    }

    @Test func aDataErrorInTheMiddleRollsBackAllOfTheGroup() async throws {
        let fixture = try await table()
        let outcome = await fixture.connection.pipeline([Self.rows([1]), Self.rows([2, 2]), Self.rows([3])])
        let error = try #require(outcome.failure)
        #expect(error.sqlState == "23505")
        #expect(error.statementName == "insert")
        #expect(error.constraintName == "t_pkey")
        #expect(error.isDataError)
        #expect(try await ids(fixture.connection) == [])
        #expect(await fixture.connection.pipeline([Self.rows([4])]).committedValue != nil)
        #expect(try await ids(fixture.connection) == [4])
    }

    @Test func anErrorAtTheVeryCommitFailsTheGroup() async throws {
        let fixture = try await table()
        try await fixture.connection.script(
            "create table child (id int8 references t deferrable initially deferred)")
        let outcome = await fixture.connection.pipeline([BoundStatement(sql: "insert into child values (9)")])
        #expect(outcome.failure?.sqlState == "23503")
    }

    @Test func aWarningMakesTheOutcomeUnknownForItsOwnGroupOnly() async throws {
        let fixture = try await table()
        let writer = PipelineWriter(connection: fixture.connection)
        let pending = [[Self.rows([1])], [Self.warn, Self.rows([2])], [Self.rows([3])]].map { writer.enqueue($0) }
        #expect(await pending[0].outcome().committedValue != nil)
        #expect(await pending[1].outcome().unknownReason == .warning(sqlState: "01000"))
        #expect(await pending[2].outcome().committedValue != nil)
    }

    @Test func aNoticeIsNoWarning() async throws {
        let fixture = try await table()
        let outcome = await fixture.connection.pipeline([
            BoundStatement(sql: "do $$ begin raise notice 'fyi'; end $$"), Self.rows([1]),
        ])
        #expect(outcome.committedValue != nil)
    }

    @Test func transactionControlInAGroupIsNeverTakenForACommit() async throws {
        for sql in ["begin", "start transaction", "savepoint a"] {
            let fixture = try await table()
            let outcome = await fixture.connection.pipeline([BoundStatement(sql: sql), Self.rows([1])])
            #expect(outcome.committedValue == nil, "\(sql)")
        }
    }

    @Test func aStatementThatCannotBePreparedFailsItsGroupWithItsOwnError() async throws {
        let fixture = try await table()
        let broken = Statement(name: "broken", sql: "select * from nowhere")
        for _ in 0..<2 {
            let outcome = await fixture.connection.pipeline([Self.rows([1]), broken.bind()])
            #expect(outcome.failure?.sqlState == "42P01")
            #expect(outcome.failure?.statementName == "broken")
        }
        #expect(try await ids(fixture.connection) == [])
        #expect(await fixture.connection.pipeline([Self.rows([1])]).committedValue != nil)
    }

    @Test func aPreparedStatementOutlivesTheGroupThatFailed() async throws {
        let fixture = try await table()
        let pid = try await fixture.backend()
        _ = await fixture.connection.pipeline([BoundStatement(sql: "select 1/0"), Self.rows([1])])
        #expect(await fixture.connection.pipeline([Self.rows([1])]).committedValue != nil)
        #expect(try await fixture.backend() == pid)
        let names = try await fixture.connection.query("select name from pg_prepared_statements")
        #expect(try names.map { try $0.text(0) } == ["insert"])
    }

    @Test func oneNameStandsForOneText() async throws {
        let fixture = try await table()
        _ = try await fixture.connection.query(Statement(name: "a", sql: "select 1").bind())
        let outcome = await fixture.connection.pipeline([Statement(name: "a", sql: "select 2").bind()])
        #expect(outcome.failure?.code == .statementConflict)
        let both = await fixture.connection.pipeline([
            Statement(name: "b", sql: "select 1").bind(), Statement(name: "b", sql: "select 2").bind(),
        ])
        #expect(both.failure?.code == .statementConflict)
    }

    @Test func valuesThatDoNotFitTheDeclaredTypesAreRefused() async throws {
        let fixture = try await table()
        for values in [[PQValue.int8Array([1])], [.int8Array([1]), .text("x")], [.null, .null, .null]] {
            let outcome = await fixture.connection.pipeline([Self.insert.bind(values)])
            #expect(outcome.failure?.code == .parameterMismatch)
        }
    }
}
