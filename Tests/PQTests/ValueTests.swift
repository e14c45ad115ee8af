import PQ
import Testing

@Suite(.fewAtATime) struct ValueTests {
    static let uuid = PQUUID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)

    static let values: [PQValue] = [
        .bool(true), .bool(false), .int2(.min), .int2(.max), .int4(.min), .int4(.max), .int8(.min), .int8(.max),
        .double(0.1), .double(-.infinity), .double(.leastNonzeroMagnitude), .text(""), .text("银铃 🔔"), .bytea([]),
        .bytea([0, 1, 0xFF, 0]), .uuid(uuid), .timestamptz(0), .timestamptz(-1), .timestamptz(1_700_000_000_123_456),
        .timestamptz(-60_000_000_000_000_000), .jsonb("{\"a\": [1, null]}"), .jsonb("\"床\""),
        .boolArray([true, nil, false]), .int2Array([1, nil, .min]), .int4Array([nil, .max]), .int8Array([.min, nil]),
        .doubleArray([1.5, nil]), .textArray(["", nil, "床位"]), .byteaArray([[], nil, [0]]), .uuidArray([uuid, nil]),
        .timestamptzArray([946_684_800_000_000, nil]), .jsonbArray(["{}", nil]),
        .boolArray([]), .int2Array([]), .int4Array([]), .int8Array([]), .doubleArray([]), .textArray([]),
        .byteaArray([]), .uuidArray([]), .timestamptzArray([]), .jsonbArray([]), .int4Array([nil, nil]),
    ]

    /// Reads a column as the type of `model`.
    static func read(_ row: PQRow, as model: PQValue) throws -> PQValue {
        switch model {
        case .null, .encoded: .null
        case .bool: .orNull(try row.boolOrNil(0), PQValue.bool)
        case .int2: .orNull(try row.int2OrNil(0), PQValue.int2)
        case .int4: .orNull(try row.int4OrNil(0), PQValue.int4)
        case .int8: .orNull(try row.int8OrNil(0), PQValue.int8)
        case .double: .orNull(try row.doubleOrNil(0), PQValue.double)
        case .text: .orNull(try row.textOrNil(0), PQValue.text)
        case .bytea: .orNull(try row.byteaOrNil(0), PQValue.bytea)
        case .uuid: .orNull(try row.uuidOrNil(0), PQValue.uuid)
        case .timestamptz: .orNull(try row.timestamptzOrNil(0), PQValue.timestamptz)
        case .jsonb: .orNull(try row.jsonbOrNil(0), PQValue.jsonb)
        case .boolArray: .orNull(try row.boolArrayOrNil(0), PQValue.boolArray)
        case .int2Array: .orNull(try row.int2ArrayOrNil(0), PQValue.int2Array)
        case .int4Array: .orNull(try row.int4ArrayOrNil(0), PQValue.int4Array)
        case .int8Array: .orNull(try row.int8ArrayOrNil(0), PQValue.int8Array)
        case .doubleArray: .orNull(try row.doubleArrayOrNil(0), PQValue.doubleArray)
        case .textArray: .orNull(try row.textArrayOrNil(0), PQValue.textArray)
        case .byteaArray: .orNull(try row.byteaArrayOrNil(0), PQValue.byteaArray)
        case .uuidArray: .orNull(try row.uuidArrayOrNil(0), PQValue.uuidArray)
        case .timestamptzArray: .orNull(try row.timestamptzArrayOrNil(0), PQValue.timestamptzArray)
        case .jsonbArray: .orNull(try row.jsonbArrayOrNil(0), PQValue.jsonbArray)
        }
    }

    @Test func everyTypeComesBackAsItWasSent() async throws {
        let fixture = try await Fixture()
        for value in Self.values {
            let row = try await fixture.connection.query("select $1", [value]).first
            #expect(try Self.read(row, as: value) == value)
        }
    }

    @Test func nullOfEveryTypeComesBackAsNull() async throws {
        let fixture = try await Fixture()
        for value in Self.values {
            let type = try #require(value.type)
            let statement = Statement(name: "", sql: "select $1", parameterTypes: [type])
            let row = try await fixture.connection.query(statement.bind(.null)).first
            #expect(try row.isNull(0))
            #expect(try Self.read(row, as: value) == .null)
        }
    }

    @Test func theServerUnderstandsTheValuesAsTheyAreMeant() async throws {
        let fixture = try await Fixture()
        let sql = """
            select $1 = timestamptz '2023-11-14 22:13:20.123456Z', $2 = uuid '01234567-89ab-cdef-fedc-ba9876543210',
              $3 = '{1,NULL,3}'::int8[], $4->>'a' = 'b', $5 = '\\x00ff'::bytea, $6 = array['x', null, '']
            """
        let row = try await fixture.connection.query(
            sql,
            [
                .timestamptz(1_700_000_000_123_456), .uuid(Self.uuid), .int8Array([1, nil, 3]), .jsonb("{\"a\":\"b\"}"),
                .bytea([0, 0xFF]), .textArray(["x", nil, ""]),
            ]
        ).first
        for column in 0..<6 {
            #expect(try row.bool(column), "column \(column)")
        }
    }

    @Test(arguments: [
        PQValue.text("a\0b"), .jsonb("\"\0\""), .textArray(["ok", "\0"]), .jsonbArray(["\0"]), .timestamptz(.min),
    ])
    func valuesPostgreSQLCannotHoldAreRefusedBeforeTheyAreSent(value: PQValue) async throws {
        let fixture = try await Fixture()
        let error = await #expect(throws: PQError.self) {
            try await fixture.connection.query("select $1", [value])
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.isDataError == true)
        #expect(try await fixture.connection.query("select 1").first.int4(0) == 1)
    }

    @Test func readingAColumnWronglyIsATypedError() async throws {
        let fixture = try await Fixture()
        let rows = try await fixture.connection.query(
            "select 1, null::text, 'infinity'::timestamptz, 1.5::numeric")
        let row = try rows.first
        let codes: [PQError.Code?] = [
            #expect(throws: PQError.self) { try row.text(0) }?.code,
            #expect(throws: PQError.self) { try row.text(1) }?.code,
            #expect(throws: PQError.self) { try row.timestamptz(2) }?.code,
            #expect(throws: PQError.self) { try row.int4(4) }?.code,
            #expect(throws: PQError.self) { try row.int4(-1) }?.code,
            #expect(throws: PQError.self) { try row.double(3) }?.code,
            #expect(throws: PQError.self) { try rows.row(1) }?.code,
        ]
        #expect(
            codes == [
                .typeMismatch, .unexpectedNull, .malformedValue, .columnOutOfRange, .columnOutOfRange, .typeMismatch,
                .columnOutOfRange,
            ])
    }

    @Test func textIsReadFromEveryTextualType() async throws {
        let fixture = try await Fixture()
        try await fixture.connection.script("create type mood as enum ('calm', 'upset')")
        let row = try await fixture.connection.query(
            "select 'a'::varchar, 'b'::name, '{}'::json, 'calm'::mood, $1::text::mood", [.text("upset")]
        ).first
        let texts = try (0..<5).map { try row.text($0) }
        #expect(texts == ["a", "b", "{}", "calm", "upset"])
    }

    @Test func widerIntegersAreReadFromNarrowerColumns() async throws {
        let fixture = try await Fixture()
        let row = try await fixture.connection.query("select 1::int2, -2::int4, 3::int8").first
        #expect(try (0..<3).map { try row.int8($0) } == [1, -2, 3])
    }

    @Test func aUUIDHasSixteenBytes() {
        #expect(PQUUID(bytes: Self.uuid.bytes) == Self.uuid)
        #expect(PQUUID(bytes: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(PQUUID(bytes: [UInt8](repeating: 0, count: 17)) == nil)
    }
}
