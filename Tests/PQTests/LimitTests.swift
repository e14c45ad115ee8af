import PQ
import Testing

@Suite(.fewAtATime) struct LimitTests {
    @Test func theNumberOfStatementsInAGroupIsBounded() async throws {
        let connection = try await Fixture().connection
        let one = Statement(name: "one", sql: "select 1").bind()
        let most = [BoundStatement](repeating: one, count: PQLimits.maxStatementsPerGroup)
        let outcome = await connection.pipeline(most, deadlineSeconds: patientSeconds)
        #expect(outcome.committedValue?.count == PQLimits.maxStatementsPerGroup)
        #expect(await connection.pipeline(most + [one]).failure?.code == .tooLarge)
    }

    @Test func theNumberOfValuesIsBounded() async throws {
        let connection = try await Fixture().connection
        func bound(_ count: Int) -> BoundStatement {
            BoundStatement(
                sql: "select " + (1...count).map { "$\($0)" }.joined(separator: "+") + " is null",
                values: [PQValue](repeating: .int4(1), count: count))
        }
        // As an expression of that many values is too deep for the server's stack, its refusal shows that it was sent.
        let sent = await #expect(throws: PQError.self) {
            try await connection.query(bound(PQLimits.maxParametersPerStatement), deadlineSeconds: patientSeconds)
        }
        #expect(sent?.sqlState == "54001")
        let refused = await #expect(throws: PQError.self) {
            try await connection.query(bound(PQLimits.maxParametersPerStatement + 1))
        }
        #expect(refused?.code == .tooLarge)
    }

    @Test func theBytesOfAStatementAreBounded() async throws {
        let connection = try await Fixture().connection
        var bytes = [UInt8](repeating: 1, count: PQLimits.maxStatementBytes)
        let rows = try await connection.query(
            "select length($1)", [.bytea(bytes)], deadlineSeconds: patientSeconds)
        #expect(try rows.first.int4(0) == Int32(PQLimits.maxStatementBytes))
        bytes.append(1)
        let error = await #expect(throws: PQError.self) { try await connection.query("select $1", [.bytea(bytes)]) }
        #expect(error?.code == .tooLarge)
    }

    @Test func theElementsOfAnArrayAreBounded() async throws {
        let connection = try await Fixture().connection
        var items = [Int16?](repeating: 1, count: PQLimits.maxArrayElements)
        let rows = try await connection.query(
            "select cardinality($1)", [.int2Array(items)], deadlineSeconds: patientSeconds)
        #expect(try rows.first.int4(0) == Int32(PQLimits.maxArrayElements))
        items.append(1)
        let error = await #expect(throws: PQError.self) { try await connection.query("select $1", [.int2Array(items)]) }
        #expect(error?.code == .tooLarge)
    }

    @Test func theNumberOfPreparedStatementsIsBounded() async throws {
        let connection = try await Fixture().connection
        let all = (0...PQLimits.maxPreparedStatements).map { Statement(name: "s\($0)", sql: "select 1").bind() }
        let outcome = await connection.pipeline(Array(all.dropLast()), deadlineSeconds: patientSeconds)
        #expect(outcome.committedValue?.count == PQLimits.maxPreparedStatements)
        #expect(await connection.pipeline(Array(all.suffix(1))).failure?.code == .tooManyStatements)
        #expect(await connection.pipeline(Array(all.prefix(1))).committedValue != nil)
    }
}
