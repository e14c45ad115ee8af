import CareModel
import Testing

import DC09

@Suite("DC-09 codes")
struct CodeTests {
  private func written(_ report: PanelReport) -> String {
    let events = report.events.map { event in
      [event.kind.rawValue, event.zone ?? "-", event.oddity?.rawValue].compactMap(\.self).joined(separator: " ")
    }
    return events.joined(separator: ", ") + (report.isWhole ? "" : " ...")
  }

  @Test("Contact ID", arguments: contactIDs)
  func contactID(data: String, wanted: String) {
    #expect(written(ContactID.read(Array(data.utf8)[...])) == wanted)
  }

  static let contactIDs: [(String, String)] = [
    ("#1234|1101 00 003", "panic 003"), ("1101 00 003", "panic 003"), ("|1101 00 003", "panic 003"),
    ("#1|6101 00 003", "panic 003"), ("#1|3101 00 003", "measurement 003"), ("#1|1103 01 000", "fall -"),
    ("#1|1301 00 000", "mainsLost -"), ("#1|3301 00 000", "mainsRestored -"), ("#1|1354 00 004", "deviceFault 004"),
    ("#1|3354 00 004", "lineRestored 004"), ("#1|1406 00 001", "cancel 001"), ("#1|3406 00 001", "cancel 001"),
    ("#1|1602 00 000", "heartbeat -"), ("#1|1601 00 000", "test -"), ("#1|1130 00 002", "unknown 002 unsupportedEvent"),
    ("#1|3130 00 002", "measurement 002"), ("#1|1999 00 002", "unknown 002 unknownKind"),
    ("#1|3999 00 002", "unknown 002 unknownKind"), ("#1|1BCD 0E 0AF", "unknown 0AF unknownKind"),
    ("#1|1101 00 003|1302 00 005", "panic 003, batteryLow 005"), ("#1|1101 00 003|x", "panic 003 ..."),
    ("#1|101 00 003", " ..."), ("#1|2101 00 003", " ..."), ("#1|1101 00  03", " ..."), ("#1|1101-00-003", " ..."),
    ("#1|1G01 00 003", " ..."), ("#1", ""), ("", ""),
  ]

  @Test("every code of the design's table has a meaning, and none is in two rows")
  func contactIDTable() {
    let codes = """
      100 101 102 103 110 111 112 113 114 115 116 117 118 120 121 122 123 124 125 130 137 140 144 145 146 147 150 151
      152 154 158 159 162 301 302 305 308 309 311 312 344 350 351 352 353 354 355 356 380 381 383 384 391 393 400 401
      406 407 408 409 411 441 456 458 570 601 602 603 606 607 608 611 616 625 626 641 642 654
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(codes.filter { ContactIDCodes.meanings[$0] == nil } == [])
    #expect(ContactIDCodes.meanings.count == codes.count)
    let human = ["100", "101", "103", "120", "121", "122", "123", "124", "125", "140", "102"]
    #expect(human.allSatisfy { ContactIDCodes.meanings[$0]?.raised.group == .alarm })
    #expect(ContactIDCodes.meanings.values.allSatisfy { $0.restored.group != .alarm && $0.restored != .unknown })
  }

  @Test("SIA blocks", arguments: blocks)
  func dcs(data: String, wanted: String) {
    #expect(written(DCSBlocks.read(Array(data.utf8)[...])) == wanted)
  }

  static let blocks: [(String, String)] = [
    ("#AAA|Nri1/PA501", "panic 501"), ("Nri1CL0^VX FRONTE ^", "measurement -"), ("|Nri1/CL501", "measurement 501"),
    ("#1|NFA129", "smoke 129"), ("#0123|Nti20:50:26RP99", "heartbeat 99"), ("Nri1/XC12", "unknown 12 unknownKind"),
    ("Nri1OP0001", "measurement 0001"), ("#1|Nri0/MA001", "panic 001"), ("#1|Ori0/MA001", "panic 001"),
    ("#1|Nri0/MH001", "measurement 001"), ("#1|Nri0/QR002", "measurement 002"), ("#1|Nri0/HA1", "duress 1"),
    ("#1|Nri0/GA005", "gas 005"), ("#1|Nri0/WA006", "water 006"), ("#1|Nri0/KA007", "heat 007"),
    ("#1|Nri0/ZA008", "unknown 008 unsupportedEvent"), ("#1|Nri0/AT000", "mainsLost -"), ("NAR", "mainsRestored -"),
    ("NYT0", "batteryLow -"), ("NYR0", "measurement -"), ("NXT009", "batteryLow 009"), ("NYC000", "deviceFault -"),
    ("NYK000", "lineRestored -"), ("NTA010", "tamper 010"), ("NTR010", "measurement 010"),
    ("NUS011", "unknown 011 unsupportedEvent"), ("NUA011", "unknown 011 unsupportedEvent"), ("NIA1", "deviceFault 1"),
    ("NMT1", "deviceFault 1"), ("NMS1", "deviceFault 1"), ("NRX1", "test 1"), ("NRR", "mainsRestored -"),
    ("NNA3", "inactivity 3"), ("NOC1", "cancel 1"), ("NSA2", "smoke 2"), ("NBA2", "unknown 2 unsupportedEvent"),
    // The places of slashes, modifiers and texts.
    ("Nri1/id12/pi3/ti10:11/da11-23-26/QA003", "panic 003"), ("NriF/PA5", "panic 5"), ("Nri1F/PA5", "panic 5"),
    ("Nri1FA5", "smoke 5"), ("NriAB^Area / MA1^/PA5", "panic 5"), ("Nri4MA12^Bath^*\"help\"NM", "panic 12"),
    ("NMA12*Room/MA1*/FA2", "panic 12, smoke 2"), ("NMA12^a/FA3", "panic 12, smoke 3"), ("NOP001NM", "measurement 001"),
    ("NMA1/FA2/WA3", "panic 1, smoke 2, water 3"), ("NMA1|NFA2", "panic 1, smoke 2"), ("NQA003|Abed", "panic 003"),
    ("NidJohn/PA5", "panic 5 ..."), ("NMA1/?", "panic 1 ..."),
    ("NMA\(String(repeating: "1", count: 16))", "panic \(String(repeating: "1", count: 16))"),
    ("NMA\(String(repeating: "1", count: 17))", "panic -"),
    // No event.
    ("#1|Alow water in tank", "unknown - unknownKind"), ("#1|N", " ..."), ("#1|Nri1/", " ..."), ("#1|zz", " ..."),
    ("#1", ""), ("", ""),
  ]

  @Test("every code of the design's list has a meaning")
  func dcsTable() {
    let codes = """
      MA MH MR MS MT QA QH QR QS QT PA PH PR HA HR FA FR GA WA KA ZA AT AR YT YR YM YP XT XR YC YK TA TR RP RX UA US IA
      RR
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    #expect(codes.filter { DCSCodes.meaning($0) == nil } == [])
    #expect(["", "M", "QQ", "1A"].allSatisfy { DCSCodes.meaning($0) == nil })
  }
}
