import CivilZones
import Testing

/// Builds zone files, right or wrong.
struct TZifBuilder {
  var version: UInt8 = 0x32
  var counts: [UInt32] = [0, 0, 0, 1, 2, 8]
  var changes: [Int64] = [1_000]
  var types: [UInt8] = [1]
  var offsets: [Int32] = [3_600, 7_200]
  var footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n"

  var bytes: [UInt8] {
    header([0, 0, 0, 0, 1, 1]) + [0, 0, 0, 0, 0, 0, 0] + header(counts) + changes.flatMap { big($0) } + types
      + offsets.flatMap { big($0) + [0, 0] } + Array("CET\0CES\0".utf8) + Array(footer.utf8)
  }

  private func header(_ counts: [UInt32]) -> [UInt8] {
    Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap { big($0) }
  }

  private func big(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}

@Suite struct TZifHostileTests {
  private func refusal(_ change: (inout TZifBuilder) -> Void) -> TZifError? {
    var builder = TZifBuilder()
    change(&builder)
    do throws(TZifError) {
      _ = try TimeZoneRules(tzif: builder.bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is well made is read`() throws {
    #expect(refusal { _ in } == nil)
    let zone = try TimeZoneRules(tzif: TZifBuilder().bytes)
    #expect([0, 999, 1_000, 1_000_000].map { zone.offset(at: $0) } == [3_600, 3_600, 3_600, 3_600])
    #expect(zone.offset(at: 1_782_900_000) == 7_200)
  }

  @Test func `what is not is refused for what it is`() {
    #expect(refusal { $0.version = 0 } == .notTZif)
    #expect(refusal { $0.counts[3] = 2_001 } == .badCounts)
    #expect(refusal { $0.counts[3] = .max } == .badCounts)
    #expect(refusal { $0.counts[3] = 2_000 } == .badData)
    #expect(refusal { $0.counts[4] = 0 } == .badCounts)
    #expect(refusal { $0.counts[4] = 257 } == .badCounts)
    #expect(refusal { $0.counts[5] = 0 } == .badCounts)
    #expect(refusal { $0.counts[0] = 1 } == .badCounts)
    #expect(refusal { $0.counts[2] = 1 } == .badData)
    #expect(refusal { $0.types = [2] } == .badData)
    #expect(refusal { $0.offsets[0] = 93_601 } == .badData)
    #expect(refusal { $0.offsets[1] = .min } == .badData)
    #expect(refusal { (builder: inout TZifBuilder) in
      builder.counts[3] = 2
      builder.changes = [5, 5]
      builder.types = [0, 1]
    } == .badData)
  }

  @Test(arguments: [
    "CET", "CET-1CEST", "CET-25", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
    "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,J0,J365", "CET-1CEST,366,1", "<C-1", "-1",
    "CET-1CEST,M3.5.0,M10.5.0,", "CET-1:60", "CET-1\0", "CE-1", "CET-1CEST,M3.5.0,M10.5.0/3 ",
  ])
  func `a malformed rule for later years is refused`(_ rule: String) {
    #expect(refusal { $0.footer = "\n" + rule + "\n" } == .badRule)
  }

  @Test func `the rule for later years has a bound`() {
    let name = String(repeating: "A", count: 126)
    #expect(refusal { $0.footer = "\n" + name + "-1\n" } == nil)
    #expect(refusal { $0.footer = "\n" + name + "A-1\n" } == .badRule)
    #expect(refusal { $0.footer = "\nCET-1" } == .badRule)
    #expect(refusal { $0.footer = "" } == .badRule)
    #expect(refusal { $0.footer = "\n\n" } == nil)
  }

  @Test func `a file of 64 KiB is looked at, and one byte more is not`() {
    #expect(throws: TZifError.notTZif) {
      _ = try TimeZoneRules(tzif: [UInt8](repeating: 0, count: TimeZoneRules.maximumBytes))
    }
    #expect(throws: TZifError.tooLarge) {
      _ = try TimeZoneRules(tzif: [UInt8](repeating: 0, count: TimeZoneRules.maximumBytes + 1))
    }
  }

  @Test func `every prefix and every change of one byte of a real file is read or refused`() throws {
    let bytes = try ZoneFile.bytes("Europe/Berlin")
    var (refused, taken) = (0, 0)
    func attempt(_ bytes: [UInt8]) {
      if let zone = try? TimeZoneRules(tzif: bytes) {
        taken += 1
        _ = zone.offset(at: 4_000_000_000)
      } else {
        refused += 1
      }
    }
    for length in bytes.indices { attempt(Array(bytes[..<length])) }
    #expect(taken == 0)
    for position in bytes.indices {
      for byte in [UInt8(0), 0x0A, 0x7F, 0xFF] {
        var changed = bytes
        changed[position] = byte
        attempt(changed)
      }
    }
    #expect(refused + taken == bytes.count * 5)
  }
}
