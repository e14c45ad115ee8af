import CareJSON
import CareModel
import JSONText
import Testing

@Suite("Records come back equal")
struct RecordTests {
  @Test("an alert with everything and one as it is opened")
  func alerts() throws {
    #expect(try Alert(recordText: Samples.alert.recordText) == Samples.alert)
    let fresh = Alert(
      id: Samples.id(1), district: 0, caseKey: .device(serial: "a:b"), key: "", alertClass: .service, severity: 0,
      kind: .unknown, resident: nil, dwelling: nil, serial: nil, openedAt: .distantPast, window: .zero, policy: "",
      ruleSetHash: "", reason: "", tracks: [], oddities: [])
    #expect(try Alert(recordText: fresh.recordText) == fresh)
  }

  @Test("what few alerts have: labels, targets, what holds them and whom they ask outside")
  func extras() throws {
    var alert = Samples.alert
    let held = Alert.Inhibited(
      rule: "power", key: "power|3", source: Samples.id(9), since: Samples.at, reviewAt: Samples.at + .minutes(30))
    var ask = OutsideAsk(
      track: "family", group: .contacts, contact: Samples.id(50), relation: "女儿", way: .message, at: Samples.at,
      until: Samples.at + .seconds(60))
    alert.labels = [AlertLabel("floor", "2"), AlertLabel("wing", "\"a\"")]
    alert.targets = Alert.Targets(answerBy: Samples.at, arriveBy: Samples.at + .minutes(45))
    alert.inhibitKeys = ["power|3", "power|\\|"]
    alert.inhibited = held
    alert.asked = [ask]
    alert.extras.calls = 2
    alert.extras.lastCall = .busy
    #expect(try Alert(recordText: alert.recordText) == alert)
    ask.outcome = .noAnswer
    var task = Samples.task
    task.asked = [ask]
    #expect(try WorkTask(recordText: task.recordText) == task)
    alert.extras = AlertExtras()
    #expect(!alert.hasExtras && alert.recordText == Samples.alert.recordText)
  }

  @Test("a task with everything and one as it is made")
  func tasks() throws {
    #expect(try WorkTask(recordText: Samples.task.recordText) == Samples.task)
    let fresh = WorkTask(
      id: Samples.id(10), district: 0, caseKey: .source("hl7"), kind: .careCall, alert: nil, resident: nil,
      dwelling: nil, createdAt: .distantFuture, policy: "", progress: TrackProgress(track: "", state: .waiting),
      slotCount: WorkTask.maximumSlots)
    #expect(try WorkTask(recordText: fresh.recordText) == fresh)
  }

  @Test("a task's largest crew with all its offers and passed-over people")
  func largestTask() throws {
    var task = Samples.task
    var slot = task.slots[1]
    slot.offers = Array(repeating: Samples.offer, count: WorkTask.maximumOffersAtOnce)
    task.slots = Array(repeating: slot, count: WorkTask.maximumSlots)
    task.passedOver = Array(repeating: Samples.id(9), count: WorkTask.maximumPassedOver)
    #expect(try WorkTask(recordText: task.recordText) == task)
    task.slots.append(slot)
    #expect(throws: CareJSONError(field: "slots", .outOfRange)) { try WorkTask(recordText: task.recordText) }
    task.slots = []
    #expect(throws: CareJSONError(field: "slots", .outOfRange)) { try WorkTask(recordText: task.recordText) }
  }

  @Test("offers, stays, calls and hospital messages")
  func others() throws {
    #expect(try Offer(recordText: Samples.offer.recordText) == Samples.offer)
    #expect(try Stay(recordText: Samples.stay.recordText) == Samples.stay)
    #expect(try Call(recordText: Samples.call.recordText) == Samples.call)
    #expect(try HospitalMessage(recordText: Samples.hospitalMessage.recordText) == Samples.hospitalMessage)
    let odd = HospitalMessage(hospitalCode: "", eventCode: "", patient: PatientIdentity())
    #expect(try HospitalMessage(recordText: odd.recordText) == odd)
  }

  @Test("a suspension in every state, holding everything that can be held", arguments: Suspension.State.allCases)
  func suspensions(_ state: Suspension.State) throws {
    for holds in Suspension.Holds.allCases {
      var suspension = Samples.suspension
      suspension.state = state
      suspension.holds = holds
      #expect(try Suspension(recordText: suspension.recordText) == suspension)
      suspension.remindAt = nil
      suspension.endedAt = nil
      suspension.endedBy = nil
      #expect(try Suspension(recordText: suspension.recordText) == suspension)
    }
    #expect(throws: CareJSONError(field: "holds", .unknownWord)) {
      try Suspension(recordText: Samples.suspension.recordText.replacing("technical", with: "life"))
    }
  }

  @Test("a reminder keeps its address in the record and nowhere else")
  func reminders() throws {
    #expect(try Reminder(recordText: Samples.reminder.recordText) == Samples.reminder)
    #expect(try Reminder(jsonText: Samples.reminder.jsonText).destination == nil)
    var called = Samples.reminder
    called.destination = nil
    called.deadline = nil
    #expect(try Reminder(recordText: called.recordText) == called)
  }

  @Test("notifications of every content on every route", arguments: Samples.contents, Samples.routes)
  func notifications(_ content: Notification.Content, _ route: Notification.Route) throws {
    var notification = Notification(
      id: Samples.id(90), district: 3, caseKey: Samples.caseKey, content: content, route: route, alertClass: .hospital,
      createdAt: Samples.at, expiresAt: .distantFuture)
    notification.attempts = 3
    #expect(try Notification(recordText: notification.recordText) == notification)
    notification.retryAt = Samples.at
    notification.isPossibleRepeat = true
    #expect(try Notification(recordText: notification.recordText) == notification)
  }

  @Test("a field that is missing or broken is named")
  func brokenRecords() {
    #expect(throws: CareJSONError(field: "outcome", .unknownWord)) {
      try Call(recordText: Samples.call.recordText.replacing("noAnswer", with: "none"))
    }
    #expect(throws: CareJSONError(field: "case", .unknownWord)) {
      try Stay(recordText: Samples.stay.recordText.replacing("resident:", with: "house:"))
    }
    #expect(throws: CareJSONError(field: "tracks[1].state", .unknownWord)) {
      try Alert(recordText: Samples.alert.recordText.replacing("handedToTask", with: "lost"))
    }
  }
}
