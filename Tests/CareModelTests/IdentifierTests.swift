import CareModel
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  private let input = InputID(high: 0x0198_C0DE_1234_7ABC, low: 0x8123_4567_89AB_CDEF)

  @Test("the text form goes there and back")
  func roundTrip() throws {
    let text = "0198c0de-1234-7abc-8123-456789abcdef"
    #expect(input.description == text)
    #expect(try #require(InputID(text)) == input)
    #expect(InputID(text.uppercased()) == input)
  }

  @Test(
    "what is not an id is refused",
    arguments: [
      "", "0198c0de", "0198c0de-1234-7abc-8123-456789abcde", "0198c0de-1234-7abc-8123-456789abcdef0",
      "0198c0de12347abc8123456789abcdef", "0198c0de-1234-7abc-8123-456789abcdeg",
      "0198c0d-e1234-7abc-8123-456789abcdef",
    ])
  func refused(text: String) {
    #expect(InputID(text) == nil)
  }

  @Test("derived ids are fixed for ever: they are stored")
  func derivedIsFixed() {
    let alert = AlertID.derived(from: input, .alert, ordinal: 0)
    #expect(alert == AlertID.derived(from: input, .alert, ordinal: 0))
    #expect(alert.high >> 16 == input.high >> 16)
    #expect(alert.high >> 12 & 0xF == 8)
    #expect(alert.low >> 62 == 2)
  }

  @Test("kind and ordinal tell derived ids apart")
  func derivedDiffers() {
    var seen: Set<AlertID> = []
    for kind in [DerivedKind.signal, .alert, .task, .offer, .notification, .stay, .reminder, .call, .event] {
      for ordinal in 0..<1000 { seen.insert(.derived(from: input, kind, ordinal: ordinal)) }
    }
    #expect(seen.count == 9000)
  }

  @Test("an input id sorts by its time")
  func ordered() {
    let early = InputID(at: Timestamp(seconds: 1_700_000_000), random: (.max, .max))
    let late = InputID(at: Timestamp(seconds: 1_700_000_001), random: (0, 0))
    #expect(early < late)
    #expect(early.high >> 12 & 0xF == 7)
  }

  @Test("a case key's text form goes there and back")
  func caseKeys() {
    let keys: [CaseKey] = [
      .resident(ResidentID(high: 1, low: 2)), .dwelling(DwellingID(high: 3, low: 4)), .device(serial: "a:b c"),
      .staff(StaffID(high: 5, low: 6)), .source("hospital:H1"),
    ]
    for key in keys { #expect(CaseKey(key.description) == key) }
    #expect(CaseKey("resident:x") == nil)
    #expect(CaseKey("nothing") == nil)
  }
}
