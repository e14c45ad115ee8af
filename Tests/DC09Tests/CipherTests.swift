import CareModel
import Testing

import DC09

@Suite("DC-09 encryption")
struct CipherTests {
  static let keys = [16, 24, 32].map { [UInt8]((0x30..<0x50).prefix($0)) }

  @Test("what is encrypted is decrypted, with 16 to 31 bytes of pad", arguments: keys)
  func roundTrips(key: [UInt8]) {
    let cipher = FrameCipher(key: key)
    for length in 1...40 {
      let content = [UInt8(ascii: "|")] + [UInt8](repeating: UInt8(ascii: "x"), count: length)
      let text = cipher.encrypt(content, seed: UInt64(length)) ?? []
      let padBytes = text.count / 2 - content.count
      #expect(text.count.isMultiple(of: 32) && (16...31).contains(padBytes))
      #expect(cipher.decrypt(text[...]) == content.dropFirst())
      let lower = Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
      #expect(cipher.decrypt(lower[...]) == content.dropFirst())
    }
  }

  @Test(
    "what is no encrypted text is refused", arguments: ["", "00", "0", "zz", String(repeating: "0", count: 31), "]"])
  func refused(text: String) {
    #expect(FrameCipher(key: Samples.key).decrypt(Array(text.utf8)[...]) == nil)
  }

  /// Written by the public encoders siadc09 1.0.1 (first three) and my_dc09_spt 0.2.2.
  private static let foreign: [(keyBytes: Int, frame: String, kind: SignalKind?, zone: String?)] = [
    (
      16,
      "E3E10096\"*ADM-CID\"0101L0#ABCD[d8696d472de1cb2b71f8984ce1067843084b82f18ed74f09d1306a1a1a4f64ec4940a7799ed00b0"
        + "f6584bab594c1488d15d2910db24b6a311d9bb0aa948c0659", .panic, "003"
    ),
    (
      24,
      "BF2C0098\"*SIA-DCS\"0102R2L5#ABCD[8016fdbad5d718d8866dcb75ea38c659f1a4a3bd0f2a2dbbdc0431dd88e0dafd9751da71a6d4"
        + "911fddaafbc3da440c63f1bcbcf938b2d81315393e878968c7ad", .panic, "003"
    ),
    (
      32,
      "FE4B0073\"*NULL\"0103L0#ABCD[5edb8a4bd7b71abc485fbf00e711fd6d90846c08db56eebdecb3f199b0f192b1d879181ea5c8a3ec1"
        + "d29487333aa7b31", .heartbeat, nil
    ),
    (
      16,
      "38270078\"*SIA-DCS\"0007R1L2#ABCD[7C5C3EDEA387F0F740292814622C0191945CD0B11AFBE556375B727AD806D82570D958762D3B"
        + "F892A4850738C387A6E2", .panic, "3"
    ),
    (
      16, "B8240055\"*NULL\"0000R1L2#ABCD[1FE81D53BE730CB81E6F4124263F22910037FDD896B9F903AAF91930A4999033", .heartbeat,
      nil
    ),
    (0, "A9FC0031\"SIA-DCS\"0008#ABCD[#ABCD|Nri4MA12^Bath^*\"help\"NM]", .panic, "12"),
    (0, "83EE002C\"SIA-DCS\"0009#ABCD[#ABCD|Alow water in tank]", .unknown, nil),
    (0, "26160025\"ADM-CID\"0010#ABCD[#ABCD|1121 02 007]", .duress, "007"),
  ]

  @Test("frames of other people's encoders are read, and the answer is encrypted as they were", arguments: 0..<8)
  func foreignFrames(number: Int) {
    let sample = Self.foreign[number]
    let key = [UInt8]((0x30..<0x50).prefix(sample.keyBytes))
    var conversation = Conversation(DC09Configuration(keys: key.isEmpty ? [:] : ["ABCD": key]))
    conversation.send([0x0A] + sample.frame.utf8 + [0x0D])
    #expect(conversation.signals.map(\.kind) == [sample.kind])
    #expect(conversation.signals.first?.zone == sample.zone)
    let answer = conversation.replies.map { Conversation.body(of: $0, key: key) }.first ?? ""
    #expect(answer.hasPrefix(key.isEmpty ? "\"ACK\"" : "\"*ACK\""))
    #expect(answer.hasSuffix(key.isEmpty ? "#ABCD[]" : "[]" + Samples.time))
  }

  @Test("configured keys are found whatever their account's case and blanks; other lengths are no keys")
  func configuredKeys() {
    #expect(Samples.configuration.keys == ["ABCD": Samples.key])
    #expect(
      [15, 16, 17, 24, 32, 33, 0].filter { DC09Configuration.isKey([UInt8](repeating: 0, count: $0)) } == [16, 24, 32])
  }
}
