import CareModel
import DemoCity
import Foundation
import JSONText

/// A hospital stay, from the admission message to the discharge.
extension DemoScenario {
  /// Admission, reminders, one confirmation, discharge.
  func hospitalStay() async throws {
    StepPrinter.heading("四、住院", "4. The hospital stay")
    try await witness.step("入院消息 A01 得到 AA(mllp_send)", "the admission A01 is answered AA (mllp_send)") {
      try await sendMessage("A01")
    }
    let visit = "visit_number = 'V\(run)'"
    try await witness.step("住院记录已建立(数据库和事件流)", "a stay is open, in database and stream") {
      try await witness.database("select is_open from stay where \(visit)", is: "t")
        && witness.events("stay.changed").contains { $0["stay"]?["visitNumber"]?.string == "V\(run)" }
    }
    guard let stay = try await witness.database("select id from stay where \(visit)").first else {
      throw DemoWitness.Missed(description: "the stay was not found")
    }
    try await witness.step("三个住院提醒:单位、家属、家庭医生", "three reminders: unit, family, doctor team") {
      try await witness.database("select count(distinct audience) from reminder where stay_id = '\(stay)'", is: "3")
        && witness.events("reminder.due").filter { $0["reminder"]?["stay"]?.string == stay }.count >= 3
    }
    try await notices(stay)
    try await confirmOne(stay)
    try await witness.step("出院消息 A03 得到 AA", "the discharge A03 is answered AA") { try await sendMessage("A03") }
    try await witness.step("住院已结束(数据库和事件流)", "the stay is closed, in database and stream") {
      try await witness.database("select is_open from stay where \(visit)", is: "f")
        && witness.events("stay.changed").contains {
          $0["stay"]?["id"]?.string == stay && $0["stay"]?["open"]?.bool == false
        }
    }
  }

  /// The unit, the family and the doctors have got a signed message.
  private func notices(_ stay: String) async throws {
    let reminders = witness.events("reminder.due").filter { $0["reminder"]?["stay"]?.string == stay }
      .compactMap { $0["reminder"]?["id"]?.string }
    try await witness.step("提醒已送达,签名正确(webhook)", "the reminders came by webhook, rightly signed") {
      reminders.allSatisfy { reminder in
        receiver.notices.contains { notice in
          notice.isSigned && (try? JSONValue(parsing: notice.body))?["reminder"]?.string == reminder
        }
      }
    }
  }

  private func confirmOne(_ stay: String) async throws {
    let unit = "from reminder where stay_id = '\(stay)' and audience = 'unit'"
    guard let reminder = try await witness.database("select id \(unit)").first else {
      throw DemoWitness.Missed(description: "the unit's reminder was not found")
    }
    try await witness.step("一个提醒已确认(curl,数据库,事件流)", "one reminder is confirmed: curl, database, stream") {
      let isConfirmed = try await witness.database("select state \(unit)", is: "confirmed")
      if !isConfirmed { return try await witness.post("reminders/\(reminder)/confirm") && false }
      return witness.events("reminder.changed").contains {
        $0["reminder"]?["id"]?.string == reminder && $0["reminder"]?["state"]?.string == "confirmed"
      }
    }
  }

  /// Sends an ADT message in UTF-8; true when it was answered AA with its own id.
  private func sendMessage(_ event: String) async throws -> Bool {
    let id = "\(run)\(event)"
    let time = Self.hospitalTime(Date())
    let location = "心内科^0312^05"
    let segments = [
      "MSH|^~\\&|HIS|\(DemoCity.hospitalCode)|SILVERBELL|CENTRE|\(time)||ADT^\(event)|\(id)|P|2.5.1"
        + "|||||CHN|UNICODE UTF-8",
      "EVN|\(event)|\(time)",
      "PID|1||\(patient.hospitalNumber)^^^\(DemoCity.hospitalCode)^MR||\(patient.resident.name)",
      Self.segment("PV1", [2: "I", 3: location, 19: "V\(run)", event == "A03" ? 45 : 44: time]),
    ]
    let file = files.clients.appendingPathComponent("\(event).hl7")
    // The framing of MLLP: the program sends what stands between the marks.
    try Data(("\u{0B}" + segments.joined(separator: "\r") + "\r\u{1C}\r").utf8).write(to: file)
    let outcome = try await ClientProgram.run([
      "mllp_send", "--file", file.path, "--port", "\(settings.mllpPort)", "127.0.0.1",
    ])
    let words = outcome.output.split { $0 == "\r" || $0 == "\n" || $0 == "|" }
    guard let answer = words.firstIndex(of: "MSA"), words.count > answer + 2 else { return false }
    return words[answer + 1] == "AA" && words[answer + 2] == id
  }

  /// A segment from its fields by number.
  private static func segment(_ name: String, _ fields: [Int: String]) -> String {
    let last = fields.keys.max() ?? 0
    return ([name] + (0..<last).map { fields[$0 + 1] ?? "" }).joined(separator: "|")
  }

  /// A moment as HL7 writes it, with its offset.
  private static func hospitalTime(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
    formatter.dateFormat = "yyyyMMddHHmmssxx"
    return formatter.string(from: date)
  }
}
