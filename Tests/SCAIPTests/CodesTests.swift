import CareModel
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP codes")
struct CodesTests {
  /// What a message of this type and state is; `?` behind the kind where a code is odd.
  private func word(_ type: String, _ more: String) -> String {
    guard let signal = Samples.signal(Samples.document(dty: type, more)) else { return "" }
    return signal.kind.rawValue + (signal.oddities == [.unknownKind] ? "?" : signal.oddities.isEmpty ? "" : "!")
  }

  @Test(
    "alarms by device type: manual (also where no state is told), automatic",
    arguments: [
      ("0002", "panic", "panic"), ("0003", "panic", "panic"), ("4", "panic", "panic"), ("05", "fall", "fall"),
      ("006", "duress", "duress"), ("0007", "panic", "panic"), ("0010", "inactivity", "inactivity"),
      ("0011", "inactivity", "inactivity"), ("0012", "bedExit", "bedExit"), ("0013", "bedExit", "bedExit"),
      ("0014", "doorOpen", "doorOpen"), ("0015", "wandering", "wandering"), ("0016", "vitals", "vitals"),
      ("0017", "vitals", "vitals"), ("0018", "bedExit", "bedExit"), ("0019", "vitals", "vitals"),
      ("0021", "gas", "gas"),
      ("0023", "smoke", "smoke"), ("0025", "heat", "heat"), ("0026", "carbonMonoxide", "carbonMonoxide"),
      ("0028", "unknown?", "unknown?"), ("0030", "fall", "fall"), ("0033", "water", "water"),
      ("0034", "panic", "water"),
      ("0041", "deviceFault", "deviceFault"), ("0044", "bedExit", "bedExit"), ("0045", "panic", "panic"),
      ("0047", "smoke", "smoke"), ("0048", "panic", "panic"), ("0051", "panic", "wandering"),
      ("0001", "panic?", "panic?"), ("9999", "panic?", "panic?"), ("0", "panic?", "panic?"),
    ])
  func types(type: String, manual: String, automatic: String) {
    #expect(word(type, "") == manual)
    for code in ["10", "010", "0010"] { #expect(word(type, "<mty>ME</mty><stc>\(code)</stc>") == manual) }
    for code in ["9", "0009"] { #expect(word(type, "<stc>\(code)</stc>") == automatic) }
  }

  @Test(
    "states: alarm message, reset, information, heartbeat",
    arguments: [
      ("0005", "measurement", "test", "measurement", "heartbeat"),
      ("0009", "smoke", "test", "measurement", "heartbeat"),
      ("0010", "smoke", "test", "measurement", "heartbeat"),
      ("0014", "batteryLow", "measurement", "batteryLow", "batteryLow"),
      ("0015", "measurement", "measurement", "measurement", "heartbeat"),
      ("0016", "batteryLow", "measurement", "batteryLow", "batteryLow"),
      ("0019", "cancel", "cancel", "cancel", "heartbeat"),
      ("0023", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0024", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0026", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0027", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0042", "deviceFault", "measurement", "deviceFault", "deviceFault"),
      ("0052", "deviceFault", "measurement", "deviceFault", "deviceFault"),
      ("0063", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0067", "deviceFault", "measurement", "deviceFault", "deviceFault"),
      ("0070", "measurement", "test", "measurement", "heartbeat"),
      ("0081", "inactivity", "measurement", "inactivity", "heartbeat"),
      ("0085", "mainsLost", "mainsRestored", "mainsLost", "mainsLost"),
      ("0086", "mainsRestored", "mainsRestored", "mainsRestored", "mainsRestored"),
      ("0088", "measurement", "test", "measurement", "heartbeat"),
      ("0091", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0092", "measurement", "test", "measurement", "heartbeat"),
      ("0093", "measurement", "test", "measurement", "heartbeat"),
      ("0094", "measurement", "lineRestored", "measurement", "heartbeat"),
      ("0100", "heat", "measurement", "heat", "heartbeat"),
      ("0101", "unknown?", "measurement", "unknown?", "heartbeat"),
      ("0102", "test", "test", "test", "heartbeat"), ("0103", "test", "test", "test", "heartbeat"),
      ("0110", "panic", "test", "panic", "heartbeat"), ("0111", "measurement", "test", "measurement", "heartbeat"),
      ("0112", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0113", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0115", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0116", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0119", "motion", "measurement", "motion", "heartbeat"),
      ("0123", "lineLost", "lineRestored", "lineLost", "lineLost"),
      ("0124", "lineRestored", "lineRestored", "lineRestored", "lineRestored"),
      ("0125", "tamper", "measurement", "tamper", "tamper"), ("0777", "panic?", "unknown?", "unknown?", "heartbeat"),
      ("1234567890123456", "panic?", "unknown?", "unknown?", "heartbeat"),
    ])
  func states(code: String, message: String, reset: String, information: String, heartbeat: String) {
    #expect(word("0023", "<stc>\(code)</stc>") == message)
    #expect(word("0023", "<stc>\(code)</stc><mty>RE</mty>") == reset)
    #expect(word("0023", "<mty>IN</mty><stc>\(code)</stc>") == information)
    #expect(word("0023", "<mty>PI</mty><stc>\(code)</stc>") == heartbeat)
  }

  @Test("an unknown type with a known state is what the state says, and odd")
  func unknownType() {
    #expect(word("0999", "<stc>16</stc>") == "batteryLow?")
  }

  @Test("every heartbeat counts, so it has no repeat key; hbo makes no heartbeat of an alarm")
  func heartbeat() {
    let beat = Samples.signal(Samples.document("<mty> pi </mty><hbo>1</hbo>"))
    #expect(beat?.kind == .heartbeat && beat?.repeatKey == nil && beat?.source.serial == "100")
    #expect(word("0003", "<hbo>1</hbo>") == "panic")
  }
}
