import CareModel
import DemoCity
import Foundation
import JSONText

/// The whole way of one alarm and of one hospital stay, played by real client programs.
struct DemoScenario {
  let settings: DemoSettings
  let city: DemoCity
  let files: DemoFiles
  let witness: DemoWitness
  let receiver: NoticeReceiver
  /// Tells one run from another: letters and digits.
  let run: String
  /// Who presses the button.
  let home: DemoCity.Home
  /// Who goes to hospital.
  let patient: DemoCity.Home

  init(
    settings: DemoSettings, city: DemoCity, files: DemoFiles, witness: DemoWitness, receiver: NoticeReceiver,
    now: Timestamp
  ) async throws {
    self.settings = settings
    self.city = city
    self.files = files
    self.witness = witness
    self.receiver = receiver
    run = String(UInt64(bitPattern: now.microseconds), radix: 36)
    let homes = city.settings.homes
    // A home whose alert an earlier run left open would not show how one opens.
    let alarmed = try await witness.database("select distinct serial from alert where state <> 'resolved'")
    let first = Int(fixedMix(UInt64(bitPattern: now.microseconds)) % UInt64(homes))
    let free = (0..<homes).map { (first + $0) % homes }.first { !alarmed.contains(city.home($0).device.userName) }
    guard let number = free else {
      throw CommandFailure("Every home has an open alert: resolve some in the console, or use more --homes.")
    }
    home = city.home(number)
    patient = city.home((number + homes / 2) % homes)
  }

  /// Plays everything.
  /// - Throws: what was not seen.
  func play() async throws {
    try await witness.step("已打开事件流", "the event stream is open") { witness.isWatching }
    let phones = try city.staff(.responder).map { try Phone($0, settings: settings, files: files) }
    let status = try BackgroundClient(
      subscription(home.device, to: "silverbell/\(home.device.userName)/status", client: "status-\(run)"),
      output: files.clients.appendingPathComponent("device-status"))
    defer {
      for phone in phones { phone.client.end() }
      status.end()
    }
    let alert = try await press()
    let offer = try await offerAndAccept(alert, phones: phones, deviceStatus: status)
    try await desk(alert)
    try await finish(offer, alert: alert)
    try await hospitalStay()
  }

  // MARK: client programs

  /// The phone of a responder: a subscription by `mosquitto_sub`.
  struct Phone {
    var person: DemoCity.Person
    var client: BackgroundClient

    init(_ person: DemoCity.Person, settings: DemoSettings, files: DemoFiles) throws {
      self.person = person
      client = try BackgroundClient(
        [
          "mosquitto_sub", "-h", "127.0.0.1", "-p", "\(settings.mqttPort)", "-q", "1", "-i",
          "phone-\(person.member.id)", "-u", person.login.userName, "-P", person.login.secret, "-t",
          "silverbell/staff/\(person.member.id)/offers",
        ], output: files.clients.appendingPathComponent("phone-\(person.member.id)"))
    }

    /// The messages that the phone has shown.
    var messages: [JSONValue] {
      client.output.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }
    }
  }

  func subscription(_ login: DemoCity.Login, to topic: String, client: String) -> [String] {
    [
      "mosquitto_sub", "-h", "127.0.0.1", "-p", "\(settings.mqttPort)", "-q", "1", "-i", client, "-u", login.userName,
      "-P", login.secret, "-t", topic,
    ]
  }

  /// One message by `mosquitto_pub` with quality of service 1: it ends well only after PUBACK.
  func publish(_ login: DemoCity.Login, _ topic: String, _ message: String) async throws {
    let outcome = try await ClientProgram.run([
      "mosquitto_pub", "-h", "127.0.0.1", "-p", "\(settings.mqttPort)", "-q", "1", "-u", login.userName, "-P",
      login.secret, "-t", topic, "-m", message,
    ])
    guard outcome.status == 0 else {
      throw DemoWitness.Missed(description: "mosquitto_pub was not answered: \(outcome.output.prefix(200))")
    }
  }
}
