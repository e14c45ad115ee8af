import PQ
import Testing

@Suite(.fewAtATime) struct PortionTests {
    struct Refusal: Error {}

    private func numbers(_ count: Int, size: Int) async throws -> (all: [Int64], portions: [Int]) {
        let fixture = try await Fixture()
        return try await fixture.connection.transaction { transaction in
            var all: [Int64] = []
            var portions: [Int] = []
            let query = BoundStatement(
                sql: "select n::int8 from generate_series(1, $1) n", values: [.int4(Int32(count))])
            try await transaction.portions(of: query, size: size, deadlineSeconds: patientSeconds) { rows in
                portions.append(rows.count)
                for row in rows { all.append(try row.int8(0)) }
            }
            // The transaction goes on, and may read in portions again.
            var texts: [String] = []
            try await transaction.portions(of: BoundStatement(sql: "select 'a'::text"), size: 1) { rows in
                texts.append(try rows.first.text(0))
            }
            #expect(texts == ["a"])
            return (all, portions)
        }
    }

    @Test(arguments: [
        (0, []), (1, [1]), (9, [9]), (10, [10]), (11, [10, 1]), (30, [10, 10, 10]), (35, [10, 10, 10, 5]),
    ])
    func rowsComeInOrderAndInPortionsOfTheirSize(count: Int, portions: [Int]) async throws {
        let answer = try await numbers(count, size: 10)
        #expect(answer.all == (0..<count).map { Int64($0 + 1) })
        #expect(answer.portions == portions)
    }

    @Test func anErrorOfTheReaderEndsTheTransactionAndTheConnectionLivesOn() async throws {
        let fixture = try await Fixture()
        await #expect(throws: Refusal.self) {
            try await fixture.connection.transaction { transaction in
                let query = BoundStatement(sql: "select n from generate_series(1, 100000) n")
                try await transaction.portions(of: query, size: 10) { _ in throw Refusal() }
            }
        }
        #expect(try await fixture.connection.query("select 1::int8").first.int8(0) == 1)
    }

    @Test func anErrorOfTheServerIsThrown() async throws {
        let fixture = try await Fixture()
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.transaction { transaction in
                let query = BoundStatement(sql: "select 1 / (50 - n) from generate_series(1, 100) n")
                try await transaction.portions(of: query, size: 10) { _ in }
            }
        }
        #expect(error?.sqlState == "22012")
    }
}
