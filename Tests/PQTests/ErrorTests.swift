import PQ
import Testing

@Suite(.fewAtATime) struct ErrorTests {
    /// Statements that fail with the bound value in the server's message or detail.
    static let leaks: [(String, String)] = [
        ("insert into t values (1, $1)", "23505"), ("select $1::text::int4", "22P02"), ("select fail($1)", "P0001"),
        ("insert into t values (2, $1 || $1 || $1)", "23514"), ("select $1::text::jsonb", "22P02"),
        ("select date ($1::text)", "22007"),
    ]

    @Test func errorsCarryNoBoundValues() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script(
            """
            create table t (id int8, name text unique check (length(name) < 20));
            insert into t values (1, 'Zhang 4711');
            create function fail(text) returns void language plpgsql as $$ begin raise 'no %', $1; end $$;
            """)
        for (sql, state) in Self.leaks {
            let error = await #expect(throws: PQError.self) {
                try await fixture.connection.query(sql, [.text("Zhang 4711")])
            }
            #expect(error?.sqlState == state, "\(sql)")
            for text in [error.map { "\($0)" }, error.map { String(reflecting: $0) }] {
                #expect(text?.contains("Zhang") == false, "\(sql)")
                #expect(text?.contains("4711") == false, "\(sql)")
            }
        }
    }

    @Test func aMistakeInTheSQLIsExplainedToItsAuthorOnly() async throws {
        let fixture = try await Fixture()
        let error = await #expect(throws: PQError.self) { try await fixture.connection.query("select * from nowhere") }
        #expect(error?.description == "PQError.server sqlState=42P01")
        #expect(error?.debugDescription.contains("nowhere") == true)
    }

    @Test(arguments: [
        ("21000", true, false, false), ("22003", true, false, false), ("23505", true, false, false),
        ("23P01", true, false, false), ("44000", true, false, false), ("54000", true, false, false),
        ("P0001", true, false, false), ("SB001", false, false, false), ("42P01", false, false, false),
        ("40001", false, true, false), ("40P01", false, true, false), ("53300", false, true, false),
        ("55P03", false, true, false), ("57014", false, true, false), ("57P01", false, true, true),
        ("08006", false, true, true),
    ])
    func statesAreClassified(state: String, isData: Bool, isRetryable: Bool, isLost: Bool) async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script(
            """
            create function fail(state text) returns void language plpgsql
              as $$ begin raise exception using errcode = state; end $$;
            """)
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.query("select fail($1)", [.text(state)])
        }
        #expect(error?.sqlState == state)
        #expect(error?.isDataError == isData)
        #expect(error?.isRetryable == isRetryable)
        #expect(error?.isConnectionLost == isLost)
    }
}
