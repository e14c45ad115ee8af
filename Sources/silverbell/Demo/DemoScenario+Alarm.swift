import CareModel
import DemoCity
import JSONText

/// An alarm, from the button to the door.
extension DemoScenario {
  /// A sign of life and three presses; gives the alert.
  func press() async throws -> String {
    StepPrinter.heading("一、求助", "1. The call for help")
    let serial = home.device.userName
    try await witness.step("设备心跳(mosquitto_pub)已入库", "a heartbeat by mosquitto_pub is in the database") {
      try await publish(home.device, "silverbell/\(serial)/heartbeat", #"{"battery":81}"#)
      return try await Waiting.until(seconds: 10) {
        try await witness.database(
          "select 1 from device_supervision where serial = '\(serial)' and heard_at > now() - interval '1 minute'",
          is: "1")
      }
    }
    for number in 1...3 {
      try await publish(
        home.device, "silverbell/\(serial)/signal", #"{"id":"\#(run)-\#(number)","kind":"panic","battery":81}"#)
    }
    let signals = "from signal where serial = '\(serial)' and message_id like '\(run)-%'"
    try await witness.step("三次按键:三个信号,一个告警", "three presses: three signals, one alert") {
      try await witness.database("select count(*) || '/' || count(distinct alert_id) \(signals)", is: "3/1")
    }
    guard let alert = try await witness.database("select distinct alert_id \(signals)").first else {
      throw DemoWitness.Missed(description: "the alert of the signals was not found")
    }
    try await witness.step("第三次按键提高了级别(数据库和事件流)", "the third press raised it, in database and stream") {
      try await witness.database("select body::json->>'raisedCount' > '0' from alert where id = '\(alert)'", is: "t")
        && witness.events("alert.raised").contains { $0["alert"]?["id"]?.string == alert }
    }
    return alert
  }

  /// An offer on a responder's phone, and the answer from there.
  func offerAndAccept(
    _ alert: String, phones: [Phone], deviceStatus: BackgroundClient
  ) async throws -> (id: String, phone: Phone) {
    StepPrinter.heading("二、派单", "2. The offer")
    var found: (String, Phone)?
    try await witness.step("派单已到应急响应员手机(mosquitto_sub)", "an offer is on a responder's phone") {
      for phone in phones {
        let offer = phone.messages.last { $0["type"]?.string == "offer" && $0["alert"]?.string == alert }
        if let id = offer?["offer"]?.string { found = (id, phone) }
      }
      return found != nil
    }
    guard let found else { throw DemoWitness.Missed(description: "no offer was found") }
    try await answer(found.0, found.1, "accept")
    try await witness.step("已接单(数据库和事件流)", "it is accepted, in database and stream") {
      try await witness.database("select state from offer where id = '\(found.0)'", is: "accepted")
        && witness.events("offer.changed").contains {
          $0["offer"]?["id"]?.string == found.0 && $0["offer"]?["state"]?.string == "accepted"
        }
    }
    try await witness.step("设备得知已有人处理", "the device is told: a person has it") {
      deviceStatus.output.split(separator: "\n").contains { $0.contains(alert) && $0.contains("\"taken\"") }
    }
    return found
  }

  private func answer(_ offer: String, _ phone: Phone, _ word: String) async throws {
    let topic = "silverbell/staff/\(phone.person.member.id)/answers"
    try await publish(phone.person.login, topic, #"{"offer":"\#(offer)","answer":"\#(word)"}"#)
  }

  /// The desk takes it and speaks with the person.
  func desk(_ alert: String) async throws {
    StepPrinter.heading("三、坐席", "3. The desk")
    let path = "alerts/\(alert)"
    try await witness.step("坐席接手(curl)", "a dispatcher takes it (curl)") { try await witness.post(path + "/hold") }
    try await witness.step("已核实", "what was heard is on record") {
      try await witness.post(
        path + "/verify", #"{"spokeTo":"resident","identityConfirmed":true,"verdict":"needsHelp"}"#)
    }
    try await witness.step("接手和核实见于事件流", "both are on the event stream") {
      ["alert.held", "alert.verified"].allSatisfy { type in
        witness.events(type).contains { $0["alert"]?["id"]?.string == alert }
      }
    }
  }

  /// The responder goes there and reports; the desk closes it.
  func finish(_ offer: (id: String, phone: Phone), alert: String) async throws {
    for word in ["enRoute", "onScene", "completed"] { try await answer(offer.id, offer.phone, word) }
    try await witness.step("响应员到场并完成", "the responder came, helped and reported") {
      try await witness.database(
        "select t.state from task t join offer o on o.task_id = t.id where o.id = '\(offer.id)'", is: "completed")
    }
    try await witness.step("坐席结案", "the desk closes it") {
      try await witness.post(
        "alerts/\(alert)/resolve", #"{"cause":"fall","action":"staffCame","closedBy":"seenBy"}"#)
    }
    try await witness.step("已结案(数据库和事件流)", "it is resolved, in database and stream") {
      try await witness.database("select state from alert where id = '\(alert)'", is: "resolved")
        && witness.events("alert.resolved").contains { $0["alert"]?["id"]?.string == alert }
    }
  }
}
