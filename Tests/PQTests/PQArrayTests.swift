import PQ
import Testing

/// Arrays that are encoded as they grow.
@Suite(.fewAtATime) struct PQArrayTests {
    private static let uuid = PQUUID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)

    private static func array(
        _ type: PQType, of element: PQType, _ fill: (inout PQArray) -> Void
    ) -> PQValue {
        var array = PQArray(type, of: element, capacity: 4)
        fill(&array)
        return .encoded(array)
    }

    /// What is encoded, and as what it comes back.
    private static let pairs: [(PQValue, PQValue)] = [
        (array(.int4Array, of: .int4) { $0.append(Int32(-7)); $0.appendNull(); $0.append(Int32.max) },
            .int4Array([-7, nil, .max])),
        (array(.int8Array, of: .int8) { $0.append(Int64.min) }, .int8Array([.min])),
        (array(.boolArray, of: .bool) { $0.append(true); $0.append(false) }, .boolArray([true, false])),
        (array(.doubleArray, of: .double) { $0.append(0.1); $0.appendNull() }, .doubleArray([0.1, nil])),
        (array(.uuidArray, of: .uuid) { $0.append(uuid) }, .uuidArray([uuid])),
        (array(.byteaArray, of: .bytea) { $0.append([0, 0xFF]); $0.append([]) }, .byteaArray([[0, 0xFF], []])),
        (array(.timestamptzArray, of: .timestamptz) { $0.append(microseconds: 1) }, .timestamptzArray([1])),
        (array(.textArray, of: .text) { $0.append("床位"); $0.append { $0 += "x".utf8 }; $0.append("") },
            .textArray(["床位", "x", ""])),
        (array(.textArray, of: .text) { _ in }, .textArray([])),
    ]

    @Test func anEncodedArrayIsTheArrayOfItsValues() async throws {
        let fixture = try await Fixture()
        for (encoded, plain) in Self.pairs {
            let row = try await fixture.connection.query("select $1", [encoded]).first
            #expect(try ValueTests.read(row, as: plain) == plain)
        }
    }

    @Test(arguments: [
        array(.textArray, of: .text) { $0.append("ok"); $0.append("a\0b"); $0.append("ok") },
        array(.timestamptzArray, of: .timestamptz) { $0.append(microseconds: .min) },
    ])
    func whatPostgresCannotHoldIsRefusedBeforeItIsSent(value: PQValue) async throws {
        let fixture = try await Fixture()
        do {
            _ = try await fixture.connection.query("select $1", [value])
            Issue.record("sent")
        } catch {
            #expect(error.code == .invalidValue)
        }
    }

    @Test(arguments: [(PQLimits.maxArrayElements, true), (PQLimits.maxArrayElements + 1, false)])
    func theNumberOfElementsIsBounded(count: Int, isSent: Bool) async throws {
        let fixture = try await Fixture()
        var array = PQArray(.boolArray, of: .bool, capacity: count, bytesEach: 1)
        for _ in 0..<count { array.append(true) }
        do {
            let row = try await fixture.connection.query("select cardinality($1)", [.encoded(array)])[0]
            #expect(isSent)
            #expect(try row.int4(0) == Int32(count))
        } catch {
            #expect(!isSent)
            #expect(error.code == .tooLarge)
        }
    }
}
