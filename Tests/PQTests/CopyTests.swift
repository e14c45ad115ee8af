import PQ
import Testing

@Suite(.fewAtATime) struct CopyTests {
    static let target = PQCopyTarget(schema: "public", table: "a \"quoted\" table", columns: ["id", "Body", "at"])

    func table() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.connection.script(
            "create table \"a \"\"quoted\"\" table\" (id int8 primary key, \"Body\" text, at timestamptz)")
        return fixture
    }

    func count(_ fixture: Fixture) async throws -> Int64 {
        try await fixture.connection.query("select count(*) from \"a \"\"quoted\"\" table\"").first.int8(0)
    }

    @Test func manyRowsAreCopied() async throws {
        let fixture = try await table()
        let rows = (0..<100_000).lazy.map { index in
            [PQValue.int8(Int64(index)), index % 2 == 0 ? .text("row \(index)") : .null, .timestamptz(Int64(index))]
        }
        let outcome = await fixture.connection.copyIn(Self.target, rows: rows, deadlineSeconds: patientSeconds)
        #expect(outcome.committedValue == 100_000)
        let row = try await fixture.connection.query(
            "select count(*), count(\"Body\"), max(at) from \"a \"\"quoted\"\" table\"").first
        #expect(try row.int8(0) == 100_000)
        #expect(try row.int8(1) == 50_000)
        #expect(try row.timestamptz(2) == 99_999)
    }

    @Test func noRowsAreCopiedToo() async throws {
        let fixture = try await table()
        let none: [[PQValue]] = []
        #expect(await fixture.connection.copyIn(Self.target, rows: none).committedValue == 0)
    }

    @Test func aRowTheServerRefusesFailsTheWholeCopyAndTheConnectionLivesOn() async throws {
        let fixture = try await table()
        let rows = (0..<50_000).map { [PQValue.int8(Int64($0 % 40_000)), .null, .null] }
        let outcome = await fixture.connection.copyIn(Self.target, rows: rows, deadlineSeconds: patientSeconds)
        #expect(outcome.failure?.sqlState == "23505")
        #expect(try await count(fixture) == 0)
        #expect(await fixture.connection.copyIn(Self.target, rows: rows.prefix(3)).committedValue == 3)
    }

    @Test func aTableThatIsNotThereIsAnError() async throws {
        let fixture = try await table()
        let outcome = await fixture.connection.copyIn(
            PQCopyTarget(table: "nowhere", columns: ["a"]), rows: [[.int8(1)]])
        #expect(outcome.failure?.sqlState == "42P01")
    }

    @Test func rowsThatCannotBeEncodedAreNotSent() async throws {
        let fixture = try await table()
        for (row, code) in [
            ([PQValue.int8(1), .text("\0"), .null], PQError.Code.invalidValue),
            ([.int8(1), .null], .parameterMismatch),
        ] {
            #expect(await fixture.connection.copyIn(Self.target, rows: [row]).failure?.code == code)
        }
        #expect(try await count(fixture) == 0)
    }

    @Test func aCopyTakesItsTurnAmongGroups() async throws {
        let fixture = try await table()
        let writer = PipelineWriter(connection: fixture.connection)
        let before = writer.enqueue([BoundStatement(sql: "select 0")])
        async let copied = fixture.connection.copyIn(Self.target, rows: [[.int8(1), .null, .null]])
        let after = writer.enqueue([BoundStatement(sql: "select 1")])
        #expect(await before.outcome().committedValue != nil)
        #expect(await copied.committedValue == 1)
        #expect(await after.outcome().committedValue != nil)
    }

    @Test func aWarningDuringACopyMakesItUnknown() async throws {
        let fixture = try await table()
        try await fixture.connection.script(
            """
            create function warn() returns trigger language plpgsql as $$ begin raise warning 'x'; return new; end $$;
            create trigger warn before insert on "a ""quoted"" table" for each row execute function warn();
            """)
        let outcome = await fixture.connection.copyIn(Self.target, rows: [[.int8(1), .null, .null]])
        #expect(outcome.unknownReason == .warning(sqlState: "01000"))
    }

    @Test func theSizeOfACopyIsBounded() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script("create table b (b bytea)")
        let target = PQCopyTarget(table: "b", columns: ["b"])
        // Header 19 bytes, and 6 for the row.
        var bytes = [UInt8](repeating: 7, count: PQLimits.maxCopyBytes - 25)
        let outcome = await fixture.connection.copyIn(target, rows: [[.bytea(bytes)]], deadlineSeconds: patientSeconds)
        #expect(outcome.committedValue == 1)
        bytes.append(7)
        #expect(await fixture.connection.copyIn(target, rows: [[.bytea(bytes)]]).failure?.code == .tooLarge)
    }
}
