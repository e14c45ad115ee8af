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

@Suite(.fewAtATime) struct CopyBufferTests {
    @Test func everyTypeComesBackAndNullIsNull() async throws {
        let fixture = try await Fixture()
        let columns = ["i", "d", "u", "t", "x", "b"]
        try await fixture.connection.script(
            "create table t (i int4, d float8, u uuid, t timestamptz, x text, b bytea)")
        var rows = PQCopyBuffer(columnCount: columns.count)
        rows.beginRow()
        rows.int4(.min)
        rows.double(-0.5)
        rows.uuid(PQUUID(high: 1, low: .max))
        rows.timestamptz(-1)
        rows.text("a\0银")
        rows.bytea([0, 255])
        rows.beginRow()
        rows.int4(nil)
        rows.double(nil)
        rows.uuid(nil)
        rows.timestamptz(nil)
        rows.text(nil)
        rows.bytea(nil)
        let target = PQCopyTarget(table: "t", columns: columns)
        #expect(rows.rowCount == 2)
        #expect(await fixture.connection.enqueueCopy(target, rows).outcome().committedValue?.first?.affectedRows == 2)
        let answer = try await fixture.connection.query("select * from t")
        let (row, none) = (try answer.row(0), try answer.row(1))
        #expect(try row.int4(0) == .min)
        #expect(try row.double(1) == -0.5)
        #expect(try row.uuid(2) == PQUUID(high: 1, low: .max))
        #expect(try row.timestamptz(3) == -1)
        #expect(try row.text(4) == "a\u{FFFD}银")
        #expect(try row.bytea(5) == [0, 255])
        for column in columns.indices { #expect(try none.isNull(column)) }
    }

    @Test func aBufferLargerThanThePiecesInWhichItIsSentArrivesWhole() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script("create table t (b bytea)")
        var rows = PQCopyBuffer(columnCount: 1)
        for number in 0..<300 {
            rows.beginRow()
            rows.bytea(Array(repeating: UInt8(number % 256), count: 10_007))
        }
        let outcome = await fixture.connection.enqueueCopy(
            PQCopyTarget(table: "t", columns: ["b"]), rows, deadlineSeconds: patientSeconds
        ).outcome()
        #expect(outcome.committedValue != nil)
        let sum = try await fixture.connection.query("select count(*), count(distinct b) from t").first
        #expect(try sum.int8(0) == 300)
        #expect(try sum.int8(1) == 256)
    }

    @Test func aMomentThatPostgreSQLCannotHoldIsRefusedAndIsNoInfinity() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script("create table t (t timestamptz)")
        for moment in [Int64.min, Int64.min + 1] {
            var rows = PQCopyBuffer(columnCount: 1)
            rows.beginRow()
            rows.timestamptz(moment)
            let outcome = await fixture.connection.enqueueCopy(PQCopyTarget(table: "t", columns: ["t"]), rows).outcome()
            #expect(outcome.failure?.sqlState == "22008")
        }
    }

    @Test func tooManyBytesAreNotSent() async throws {
        let fixture = try await Fixture()
        var rows = PQCopyBuffer(columnCount: 1)
        rows.beginRow()
        rows.bytea(Array(repeating: 1, count: PQLimits.maxCopyBytes))
        let outcome = await fixture.connection.enqueueCopy(PQCopyTarget(table: "t", columns: ["b"]), rows).outcome()
        #expect(outcome.failure?.code == .tooLarge)
    }
}
