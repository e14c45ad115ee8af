import CareJSON
import CareModel
import JSONText
import Testing

@Suite("The JSON form of the house")
struct FormTests {
  private func value(_ thing: some CareJSONObject) throws -> JSONValue { try JSONValue(parsing: thing.jsonBytes) }

  private func keys(_ thing: some CareJSONObject) throws -> [String] {
    try #require(value(thing).object).map(\.key)
  }

  @Test("an alert with everything has all members in their order")
  func alert() throws {
    let words = """
      id district case key class severity kind resident dwelling serial openedAt lastSignalAt signalCount raisedCount \
      windowMicroseconds burstStartedAt burstCount state holder verification resolution policy ruleSetHash reason \
      tracks verdict oddities hospitalSince affected suspended
      """
    #expect(try keys(Samples.alert) == words.split(separator: " ").map(String.init))
    let json = try value(Samples.alert)
    #expect(json["case"]?.string == Samples.caseKey.description)
    #expect(json["key"]?.string == "panic:\"a\"")
    #expect(json["openedAt"]?.string == "2026-11-23T02:00:00.123456Z")
    #expect(json["oddities"] == .array([.string("wrongClock"), .string("unknownKind")]))
  }

  @Test("a task shows its slots with their offers, duties and people")
  func task() throws {
    let slots = try #require(value(Samples.task)["slots"]?.array)
    #expect(slots.count == 2)
    #expect(slots[0]["staff"] == nil)
    #expect(slots[0]["offers"] == .array([]))
    #expect(slots[1]["staff"]?.string == Samples.offer.staff.description)
    #expect(slots[1]["duty"]?["awaited"]?.string == "enRoute")
    #expect(slots[1]["offers"]?.array?.first == (try value(Samples.offer)))
    #expect(try value(Samples.task)["passedOver"]?.array?.count == 2)
  }

  @Test("an event names its subject and carries it whole")
  func events() throws {
    let stay = Samples.stay
    let call = Samples.call
    let subjects: [(CareEvent.Subject, String, JSONValue)] = [
      (.alert(Samples.alert), "alert", try value(Samples.alert)),
      (.task(Samples.task), "task", try value(Samples.task)),
      (.offer(Samples.offer), "offer", try value(Samples.offer)), (.stay(stay), "stay", try value(stay)),
      (.reminder(Samples.reminder), "reminder", try value(Samples.reminder)), (.call(call), "call", try value(call)),
    ]
    for (subject, name, json) in subjects {
      let event = CareEvent(
        kind: .alertNoted, at: Samples.at, district: 3, caseKey: Samples.caseKey, subject: subject,
        actor: Samples.id(5), text: "a word")
      #expect(try keys(event) == ["type", "at", "district", "case", "actor", "text", name])
      #expect(try value(event)[name] == json)
    }
    #expect(try value(stay)["open"]?.bool == stay.isOpen)
  }

  @Test("a kept signal's event shows what is odd about it, and no actor when there is none")
  func signalEvent() throws {
    let event = CareEvent(
      kind: .signalKept, at: Samples.at, district: 0, caseKey: .device(serial: "X"),
      subject: .signal(Samples.id(80), kind: .unknown, serial: "X", oddities: [.notJSON]))
    #expect(try keys(event) == ["type", "at", "district", "case", "signal"])
    #expect(try value(event)["type"]?.string == "signal.kept")
    #expect(try value(event)["signal"]?["oddities"] == .array([.string("notJSON")]))
  }

  @Test("a device is told nothing but alert and state")
  func deviceStatus() {
    let status = notification(.deviceStatus(Samples.id(1), .onTheWay), .device(serial: "EN-1"))
    let text = #"{"alert":"01234567-89ab-7cde-0000-000000000001","state":"onTheWay"}"#
    #expect(String(decoding: status.payload, as: UTF8.self) == text)
  }

  @Test("a phone is told the idempotency key, and only a possible repeat says so", arguments: Samples.contents)
  func phonePayload(_ content: Notification.Content) throws {
    var offer = notification(content, .staffPhone(Samples.id(4)))
    let first = try JSONValue(parsing: offer.payload)
    #expect(first["id"]?.string == offer.id.description)
    #expect(first["type"]?.string == content.type.rawValue)
    #expect(first["possibleRepeat"] == nil)
    offer.isPossibleRepeat = true
    #expect(try JSONValue(parsing: offer.payload)["possibleRepeat"]?.bool == true)
  }

  @Test("no secret's digest and no private address is ever written")
  func secrets() throws {
    var device = Samples.device
    device.secretDigest = [1, 2, 3]
    var staff = Samples.staff
    staff.secretDigest = [1, 2, 3]
    #expect(try keys(device) == ["serial", "dwelling", "resident", "district", "heartbeatSeconds", "canSignIn"])
    #expect(try value(device)["canSignIn"]?.bool == true)
    #expect(try value(RegisterChange.staff(staff))["canSignIn"]?.bool == true)
    #expect(!RegisterChange.staff(staff).jsonText.contains("igest"))
    #expect(!Samples.reminder.jsonText.contains("secret"))
  }

  @Test("a removed row is its name and the word removed")
  func removed() {
    #expect(RegisterChange.deviceRemoved("EN-1").jsonText == #"{"serial":"EN-1","removed":true}"#)
    let id = "01234567-89ab-7cde-0000-000000000002"
    let removals: [RegisterChange] = [
      .residentRemoved(Samples.id(2)), .dwellingRemoved(Samples.id(2)), .contactRemoved(Samples.id(2)),
      .staffRemoved(Samples.id(2)), .shiftRemoved(Samples.id(2)),
    ]
    for removal in removals { #expect(removal.jsonText == #"{"id":"\#(id)","removed":true}"#) }
  }

  @Test("the caller can add members of its own")
  func addedMembers() {
    var writer = JSONWriter()
    writer.object { object in
      Samples.hospital.writeMembers(to: &object)
      object.member("beds", 3)
    }
    let text = #"{"code":"H1","name":"一院","population":"whole","beds":3}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  private func notification(_ content: Notification.Content, _ route: Notification.Route) -> Notification {
    Notification(
      id: Samples.id(90), district: 3, caseKey: Samples.caseKey, content: content, route: route, alertClass: .life,
      createdAt: Samples.at, expiresAt: Samples.at)
  }
}
