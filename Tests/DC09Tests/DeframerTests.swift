import CareModel
import Testing

import DC09

@Suite("DC-09 frames")
struct DeframerTests {
  private let body = "\"NULL\"0000L0#1234[]"

  private func read(_ bytes: [UInt8], maximumFrameBytes: Int = 4096, skipped: Int = 4096) -> [String] {
    var deframer = Deframer(maximumFrameBytes: maximumFrameBytes, maximumSkippedBytes: skipped)
    deframer.append(bytes)
    var found: [String] = []
    do throws(Deframer.Failure) {
      while let frame = try deframer.next() { found.append(String(decoding: frame.body, as: UTF8.self)) }
    } catch {
      found.append("\(error)")
    }
    return found
  }

  @Test("the check is CRC-16/ARC")
  func check() {
    #expect(checksum(Array("123456789".utf8)) == 0xBB3D)
    #expect(checksum([]) == 0)
  }

  @Test("right frames are found among everything else")
  func frames() {
    let right = Samples.frame(body)
    let wrongCheck = Samples.frame(body, check: 1)
    let junk = Array("GET / \r\n\n".utf8)
    #expect(read(right) == [body])
    #expect(read(right + right) == [body, body])
    #expect(read(junk + right + junk + right) == [body, body])
    #expect(read(Array(right.dropLast())) == [])
    #expect(read(Array(right.dropFirst())) == [])
    #expect(read(right.dropLast() + right) == [body])
    #expect(read(wrongCheck + right) == [body])
    #expect(read(Samples.frame(body, isCheckBinary: true)) == [body])
    #expect(read(Samples.frame(body, length: "0019")) == [body])
    #expect(read(Samples.frame(body, length: "0014")) == [])
    #expect(read(Samples.frame(body, length: "001x")) == [])
    #expect(read(Array(String(decoding: right, as: UTF8.self).lowercased().utf8)) == [])
    #expect(read([0x0A] + String(decoding: right[1..<5], as: UTF8.self).lowercased().utf8 + right[5...]) == [body])
  }

  @Test("a check of two raw bytes may look like an end or a beginning")
  func binaryCheck() {
    for wanted in [UInt8(0x0D), 0x0A] {
      let found = (0..<10_000).lazy.map { "\"NULL\"0000L0#\($0)[]" }.first {
        checksum(Array($0.utf8)) >> 8 == UInt16(wanted)
      }
      let body = found ?? "none"
      #expect(read(Samples.frame(body, isCheckBinary: true) + Samples.frame(self.body)) == [body, self.body])
    }
  }

  @Test("the largest frame is taken, one byte more is not, whether it ends or not")
  func frameLimit() {
    let frame = Samples.frame(body)
    #expect(read(frame, maximumFrameBytes: frame.count) == [body])
    #expect(read(frame, maximumFrameBytes: frame.count - 1) == ["frameTooLarge"])
    #expect(read(Array(frame.dropLast()), maximumFrameBytes: frame.count) == [])
    #expect(read(frame.dropLast() + [0x41], maximumFrameBytes: frame.count) == ["frameTooLarge"])
  }

  @Test("junk is bounded, and a right frame counts anew")
  func junkLimit() {
    let junk = [UInt8](repeating: 0x41, count: 10)
    #expect(read(junk + Samples.frame(body) + junk + Samples.frame(body), skipped: 10) == [body, body])
    #expect(read(junk + [0x41] + Samples.frame(body), skipped: 10) == ["onlyJunk"])
    let wrong = Samples.frame(body, check: 1)
    #expect(read(wrong + Samples.frame(body), skipped: wrong.count) == [body])
    #expect(read(wrong + Samples.frame(body), skipped: wrong.count - 1) == ["onlyJunk"])
  }

  @Test("headers", arguments: headers)
  func header(text: String, wanted: String) {
    guard let (header, content) = try? FrameHeader.read(Array(text.utf8)) else {
      #expect(wanted == "malformed")
      return
    }
    func word(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-" }
    let parts = [
      header.token, header.isEncrypted ? "*" : ".", word(header.sequence), word(header.receiver), word(header.line),
      word(header.account), word(Array(content)),
    ]
    #expect(parts.joined(separator: " ") == wanted)
  }

  static let headers = [
    ("\"SIA-DCS\"9876R579BDFL789ABC#123456A[x]", "SIA-DCS . 9876 579BDF 789ABC 123456A x]"),
    ("\"*null\"0000L0#AAA[", "NULL * 0000 - 0 AAA "),
    ("\"SIA-DCS\"0002#0123[#0123|N]", "SIA-DCS . 0002 - - 0123 #0123|N]"),
    ("\"ADM-CID\"0005RABCDLDEAD[#005412|1150 04 261]", "ADM-CID . 0005 ABCD DEAD - #005412|1150 04 261]"),
    ("\"NAK\"0000R0L0A0[]_16:20:01,09-24-2025", "NAK . 0000 0 0A0 - ]_16:20:01,09-24-2025"),
    ("\"X\"0001L0# a [b", "X . 0001 - 0  a  b"), ("\"SIA-DCS\"0001L0#alarm1[]", "SIA-DCS . 0001 - 0 alarm1 ]"),
    ("\"\"0001L0#1[]", "malformed"), ("\"ABCDEFGHIJKLMNOP\"0001L0#1[]", "ABCDEFGHIJKLMNOP . 0001 - 0 1 ]"),
    ("\"ABCDEFGHIJKLMNOPQ\"0001L0#1[]", "malformed"), ("\"NULL\"001L0#1[]", "malformed"),
    ("\"NULL\"001", "malformed"), ("\"NULL", "malformed"), ("", "malformed"), ("\"NULL\"0001L0#1", "malformed"),
    ("\"NULL\"0001RL0#1[]", "malformed"), ("\"NULL\"0001L1234567#1[]", "malformed"),
    ("\"NULL\"0001L0#[]", "malformed"), ("\"NULL\"0001L0# []", "malformed"),
    ("\"NULL\"0001L0#" + String(repeating: "A", count: 65) + "[]", "malformed"),
    (
      "\"NULL\"0001L0#" + String(repeating: "A", count: 64) + "[]",
      "NULL . 0001 - 0 " + String(repeating: "A", count: 64) + " ]"
    ),
  ]

  @Test("content", arguments: contents)
  func content(text: String, wanted: String) {
    let content = FrameContent(Array(text.utf8)[...])
    func word(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    let time = content.time.moment.map(\.rfc3339) ?? "\(content.time)"
    let parts = [word(content.data), content.extended.map(word).joined(separator: ","), time, word(content.lasting)]
    #expect(parts.joined(separator: " ; ") + (content.isWellFormed ? "" : " ; malformed") == wanted)
  }

  static let contents = [
    ("#1|N]", "#1|N ;  ; absent ; #1|N]"), ("]", " ;  ; absent ; ]"),
    ("d][La][Ib]_08:30:01,03-01-2026", "d ; La,Ib ; 2026-03-01T08:30:01.000000Z ; d][La][Ib]"),
    ("d]_08:30:01,03-01-2026\0\0", "d ;  ; 2026-03-01T08:30:01.000000Z ; d]"),
    ("d]_00:00:00,00-00-0000", "d ;  ; impossible ; d]"), ("d]_", "d ;  ; unreadable ; d]"),
    ("d]_08:30:01,03-01-202", "d ;  ; unreadable ; d]"), ("d", "d ;  ; absent ; d ; malformed"),
    ("a ] b]", "a  ;  ; absent ; a ] b] ; malformed"), ("a][b", "a ;  ; absent ; a][b ; malformed"),
  ]
}
