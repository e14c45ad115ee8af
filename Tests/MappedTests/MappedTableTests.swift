import CareModel
import Mapped
import Testing
import TextCodecs

@Suite("Tables by mapping")
struct MappedTableTests {
  private let keys = #""serial":"dev","zone":"z","kind":{"path":"k","table":{"1":"panic"}}"#

  private func zones(_ text: String, _ more: String = "") throws -> [String?] {
    try rows(text, keys + more).flatMap(\.signals).map(\.zone)
  }

  private func problems(_ text: String, _ more: String = "") throws -> [TableRow.Problem?] {
    try rows(text, keys + more).map(\.problem)
  }

  @Test(
    "quotes, line ends, blanks, byte order mark",
    arguments: [
      ("dev,k,z\nD,1,a\n", ["a"]), ("dev,k,z\r\nD,1,a\r\nD,1,b", ["a", "b"]), ("\u{FEFF}dev,k,z\nD,1,a", ["a"]),
      ("\u{FEFF}\"dev\",k,z\nD,1,a", ["a"]), ("dev,k,z\nD,1,\"a,b\"\n", ["a,b"]),
      ("dev,k,z\nD,1,\"a\"\"b\"\r\n", ["a\"b"]),
      ("dev,k,z\nD,1,\"a\nb\"\nD,1,c", ["a\nb", "c"]), ("dev,k,z\r\nD,1,\"a\r\nb\"\r\nD,1,c", ["a\r\nb", "c"]),
      ("dev , k,\"z\"\n D ,1, a ", ["a"]), ("dev,k,z\n\n\r\n,,\n , ,\nD,1,a\n\n", ["a"]),
      ("dev,k,z\nD,1,5\" tube", ["5\" tube"]),
      ("dev,k,z\nD,1,\n", [nil]), ("dev,k,z\nD,1,\"\"\n", [nil]), ("dev,k,z\nD,1,\"\"\"\"\n", ["\""]),
      ("z,dev,k\na,D,1", ["a"]),
      ("dev,k,z,,\nD,1,a\nD,1,b,,\n", ["a", "b"]), ("dev,,k,z\nD,x,1,a", ["a"]), ("dev,k,z\nD,1,a\rb\n", ["a\rb"]),
      ("", []), ("\n", []), ("dev,k,z", []), ("\u{FEFF}", []), ("dev,k,z\nD,1,张三", ["张三"]),
    ] as [(String, [String?])])
  func fields(text: String, expected: [String?]) throws {
    #expect(try zones(text) == expected)
    #expect(try problems(text).allSatisfy { $0 == nil })
  }

  @Test("separators, title rows, tables without a header, short rows")
  func forms() throws {
    #expect(try zones("dev;k;z\nD;1;a,b", #","separator":"semicolon""#) == ["a,b"])
    #expect(try zones("dev\tk\tz\nD\t1\ta;b", #","separator":"tab""#) == ["a;b"])
    #expect(try zones("Title\n\n2026,x\ndev,k,z\nD,1,a", #","titleRows":2"#) == ["a"])
    #expect(try zones("D,1,a\nD,1,b", #","columns":["dev","k","z"]"#) == ["a", "b"])
    #expect(try zones("D,1\nD,1,b", #","columns":["dev","k","z"],"shortRows":true"#) == [nil, "b"])
    #expect(try problems("D,1\n", #","columns":["dev","k","z"]"#) == [.columnCount])
  }

  @Test("a whole signal of a row")
  func signal() throws {
    let found = try rows(
      "dev,k,z,at\nD1,1,bed,2026-11-23 10:00\n", keys + #","at":{"path":"at","format":"local","offsetMinutes":480}"#)
    let signal = try #require(found.first?.signals.first)
    let expected = Signal(
      source: SignalSource(feed: .mapped, sender: "rows", serial: "D1"), kind: .panic, repeatKey: signal.repeatKey,
      occurredAt: try moment("2026-11-23T02:00:00Z"), zone: "bed", raw: Array("D1,1,bed,2026-11-23 10:00".utf8))
    #expect(found.map(\.line) == [2] && found.map(\.problem) == [nil] && signal == expected)
  }

  @Test(
    "a row that cannot be read is kept, and takes no other with it",
    arguments: [
      ("D,1\nD,1,a", [TableRow.Problem.columnCount, nil], ["D,1", "D,1,a"]),
      ("D,1,a,b\nD,1,a", [.columnCount, nil], ["D,1,a,b", "D,1,a"]),
      ("D,1,\"a\"b\nD,1,a", [.quotes, nil], ["D,1,\"a\"b", "D,1,a"]),
      ("D,1,\"a\nD,1,b\nD,1,c", [.quotes, nil, nil], ["D,1,\"a", "D,1,b", "D,1,c"]),
      ("D,1,\"a\r\nD,1,b\r\n", [.quotes, nil], ["D,1,\"a", "D,1,b"]),
      ("D,1,\"a\nD,1,\"b\"\nD,1,c", [.quotes, nil, nil], ["D,1,\"a", "D,1,\"b\"", "D,1,c"]),
      ("D,1,\"a", [.quotes], ["D,1,\"a"]), ("\"", [.quotes], ["\""]),
      ("D,1,\"a\"b\"c,\"\nD,1,d", [.quotes, nil], ["D,1,\"a\"b\"c,\"", "D,1,d"]),
      ("D,1,\"a\"\rb\nD,1,d", [.quotes, nil], ["D,1,\"a\"\rb", "D,1,d"]),
    ])
  func unreadable(text: String, problems: [TableRow.Problem?], raws: [String]) throws {
    let found = try rows("dev,k,z\n" + text, keys)
    #expect(found.map(\.problem) == problems && found.flatMap(\.signals).map(\.rawText) == raws)
    for row in found where row.problem != nil {
      #expect(row.signals.map(\.kind) == [.unknown] && row.signals.map(\.oddities) == [[.missingField]])
    }
    #expect(found.map(\.line) == Array(2..<found.count + 2))
  }

  @Test("lines are counted where rows begin")
  func lines() throws {
    let found = try rows("dev,k,z\n\nD,1,\"a\n\nb\"\nD,1,c\r\nD,1,\"x\nD,1,y", keys)
    #expect(found.map(\.line) == [3, 6, 7, 8])
  }

  @Test("UTF-8 and GB 18030, row by row; what is neither is kept")
  func encodings() throws {
    let text = "dev,k,z\nD,1,\"弢,㐀\n李\"\n"
    let table = try TextCodec.gb18030.encode(text)
    #expect(MappedTable.decode(table, mapping: try tableMapping(keys)).flatMap(\.signals).map(\.zone) == ["弢,㐀\n李"])
    let mixed = table + Array("D,1,张\n".utf8) + [0x44, 0x2C, 0x31, 0x2C, 0xFF, 0x0A] + Array("D,1,a\n".utf8)
    let found = MappedTable.decode(mixed, mapping: try tableMapping(keys))
    #expect(found.map(\.problem) == [nil, nil, .notText, nil])
    #expect(
      found[2].signals.map(\.oddities) == [[.notText]] && found[2].signals.first?.raw == [0x44, 0x2C, 0x31, 0x2C, 0xFF])
    let strict = MappedTable.decode(table, mapping: try tableMapping(keys + #","encoding":"utf8""#))
    #expect(strict.map(\.problem) == [.notText])
  }

  @Test("a header that cannot be read, and columns that are missing")
  func header() throws {
    let unreadable = MappedTable.decode([0xFF, 0x0A] + Array("D,1,a\n".utf8), mapping: try tableMapping(keys))
    #expect(unreadable.map(\.problem) == [.noHeader, .noHeader] && unreadable.map(\.signals.count) == [1, 1])
    #expect(try problems("dev,\"k,z\nD,1,a") == [.noHeader, .noHeader])
    var table = MappedTable(mapping: try tableMapping(keys))
    let found = table.receive(Array("k,other\n1,a\n".utf8))
    #expect(table.missingColumns == ["dev", "z"])
    #expect(
      found.flatMap(\.signals).map(\.kind) == [.panic] && found.flatMap(\.signals).map(\.oddities) == [[.missingField]])
  }

  @Test("an hourly table makes nothing twice; a row that says something new does")
  func repeats() throws {
    func ids(_ text: String, _ more: String = "") throws -> [String?] {
      try rows(text, keys + more).flatMap(\.signals).map(\.repeatID)
    }
    let first = try ids("n,dev,k,z\n1,D,1,a\n2,D,1,b\n")
    #expect(first.count == 2 && first[0] != first[1] && first.allSatisfy { $0?.hasSuffix("|panic") == true })
    #expect(try ids("\u{FEFF}n,dev,k,z\r\n\"1\", D,1,a\r\n2,D,1,\"b\"") == first)
    #expect(try ids("n,dev,k,z\n2,D,1,b\n") == [first[1]])
    #expect(try ids("n,dev,k,z\n1,D,1,c\n").first != first[0])
    let without = #","id":{"hash":true,"without":["n"]}"#
    #expect(try ids("n,dev,k,z\n1,D,1,a\n", without) == ids("n,dev,k,z\n9,D,1,a\n", without))
    #expect(try ids("n,dev,k,z\n1,D,1,a\n", #","id":["n"]"#) == ["1|panic"])
    #expect(try ids("n,dev,k,z\n,D,1,a\n", #","id":["n"]"#) == [nil])
    let broken = try ids("n,dev,k,z\n1,D\n")
    #expect(try ids("n,dev,k,z\n1,D\n") == broken && broken.first??.hasPrefix("row|") == true)
    #expect(try ids("dev,k,z,za\nD,1,ab,c\n").first != ids("dev,k,z,za\nD,1,a,bc\n").first)
    let window = try rows("dev,k,z\nD,1,a", keys).first?.signals.first?.repeatKey
    #expect(window.map { if case .message(_, .hours(168)) = $0 { true } else { false } } == true)
  }

  @Test("any cutting gives the same rows")
  func cuttings() throws {
    let text =
      "\u{FEFF}dev,k,z\r\nD,1,\"a\r\n\"\"b\"\r\nD,1,\"x\nD,1,y\n"
      + String(repeating: "q", count: MappedLimits.maximumRowBytes + 9)
      + "\nD,1,弢\nD,1,\"" + String(repeating: "r\n", count: MappedLimits.maximumRowBytes / 2) + "\nD,1,end"
    let bytes = Array(text.utf8)
    let mapping = try tableMapping(keys)
    let expected = MappedTable.decode(bytes, mapping: mapping)
    #expect(expected.count > 8 && expected.last?.signals.first?.zone == "end")
    var random = SeededRandom(seed: 7)
    for round in 0..<30 {
      var table = MappedTable(mapping: mapping)
      var found: [TableRow] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let size = round == 0 ? 1 : Int.random(in: 1...(round * 300), using: &random)
        found += table.receive(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(found + table.finish() == expected)
    }
  }

  @Test("a row at its bound, and one past it")
  func rowBound() throws {
    func row(_ count: Int) -> String { "D,1," + String(repeating: "a", count: count - 4) }
    func found(_ row: String) throws -> [TableRow] { try rows("dev,k,z\n\(row)\nD,1,b\n", keys) }
    #expect(try found(row(MappedLimits.maximumRowBytes)).map(\.problem) == [nil, nil])
    let long = try found(row(MappedLimits.maximumRowBytes + 1))
    #expect(long.map(\.problem) == [.rowTooLong, nil] && long.map(\.line) == [2, 3])
    #expect(long.first?.signals.map(\.oddities) == [[.tooLarge]])
    #expect(long.first?.signals.first?.raw.count == MappedLimits.maximumRowBytes)
  }

  @Test("so many columns, and one past it")
  func columnBound() throws {
    func found(_ count: Int) throws -> [TableRow.Problem?] {
      let names = ["dev", "k", "z"] + (3..<count).map { "c\($0)" }
      let values = ["D", "1", "a"] + Array(repeating: "", count: count - 3)
      return try problems(names.joined(separator: ",") + "\n" + values.joined(separator: ","))
    }
    #expect(try found(MappedLimits.maximumColumns) == [nil])
    #expect(try found(MappedLimits.maximumColumns + 1) == [.noHeader, .noHeader])
  }

  @Test("so many rows, and one past it")
  func rowCountBound() throws {
    let mapping = try tableMapping(#""columns":["d"],"kind":"heartbeat","serial":"d""#)
    let piece = Array(String(repeating: "D\n", count: 1000).utf8)
    var table = MappedTable(mapping: mapping)
    var count = 0
    for _ in 0..<MappedLimits.maximumRows / 1000 { count += table.receive(piece).count }
    #expect(count == MappedLimits.maximumRows)
    let over = table.receive(piece)
    #expect(over.map(\.problem) == [.tableTooLarge] && over.first?.signals.map(\.oddities) == [[.tooLarge]])
    #expect(table.receive(piece) == [] && table.finish() == [])
  }

  @Test("so many bytes, and one past it")
  func byteBound() throws {
    let mapping = try tableMapping(#""columns":["d"],"kind":"heartbeat","serial":"d""#)
    let piece = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20)
    var table = MappedTable(mapping: mapping)
    for _ in 0..<MappedLimits.maximumTableBytes >> 20 { #expect(table.receive(piece) == []) }
    #expect(table.receive([0x44]).map(\.problem) == [.tableTooLarge])
    #expect(table.finish() == [])
  }

  @Test("a payload in a column")
  func payload() throws {
    let found = try rows(
      "dev,raw\nD,01\nD,02\n",
      #"""
      "serial":"dev","rules":[{"when":{"$payload.t":1},"kind":"panic"}],
      "payloads":[{"path":"raw","encoding":"hex","layout":{"t":{"type":"unsigned","offset":0,"length":1}}}]
      """#)
    #expect(found.flatMap(\.signals).map(\.kind) == [.panic, .unknown])
  }
}
