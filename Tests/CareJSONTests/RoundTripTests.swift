import CareJSON
import CareModel
import JSONText
import Testing

@Suite("What is written is read back the same")
struct RoundTripTests {
  @Test("tracks come back, also none")
  func tracks() throws {
    #expect(try [TrackProgress](jsonText: Samples.tracks.jsonText) == Samples.tracks)
    #expect(try [TrackProgress](jsonText: [TrackProgress]().jsonText).isEmpty)
  }

  @Test("the duties of a task's slots keep their places")
  func duties() throws {
    let slots = Samples.task.slots
    #expect(slots.dutiesJSONText.hasPrefix("[null,{"))
    #expect(try [WorkTask.Duty?](dutiesJSONText: slots.dutiesJSONText) == slots.map(\.duty))
  }

  @Test("lease, verification and resolution come back")
  func partsOfAnAlert() throws {
    let hold = Alert.Hold(staff: Samples.id(4), leaseUntil: Samples.at)
    #expect(try Alert.Hold(jsonText: hold.jsonText) == hold)
    #expect(try Alert.Verification(jsonText: Samples.verification.jsonText) == Samples.verification)
    #expect(try Alert.Resolution(jsonText: Samples.resolution.jsonText) == Samples.resolution)
    var silent = Samples.verification
    silent.spokeTo = ""
    #expect(try Alert.Verification(jsonText: silent.jsonText) == silent)
  }

  @Test("every notification's content comes back", arguments: Samples.contents)
  func content(_ content: Notification.Content) throws {
    #expect(try Notification.Content(jsonText: content.jsonText) == content)
  }

  @Test("there is a sample of every content")
  func allContents() {
    #expect(Set(Samples.contents.map(\.type)) == Set(Notification.Content.ContentType.allCases))
  }

  @Test("every route comes back", arguments: Samples.routes)
  func route(_ route: Notification.Route) throws {
    #expect(try Notification.Route(jsonText: route.jsonText) == route)
  }

  @Test("every kind of register row comes back")
  func registerRows() throws {
    #expect(try Resident(jsonText: Samples.resident.jsonText) == Samples.resident)
    #expect(try Dwelling(jsonText: Samples.dwelling.jsonText) == Samples.dwelling)
    #expect(try Contact(jsonText: Samples.contact.jsonText) == Samples.contact)
    #expect(try Device(jsonText: Samples.device.jsonText) == Samples.device)
    #expect(try StaffMember(jsonText: Samples.staff.jsonText) == Samples.staff)
    #expect(try Shift(jsonText: Samples.shift.jsonText) == Samples.shift)
    #expect(try Party(jsonText: Samples.party.jsonText) == Samples.party)
    #expect(try Hospital(jsonText: Samples.hospital.jsonText) == Samples.hospital)
  }

  @Test(
    "moments are written as RFC 3339 in UTC and come back",
    arguments: [0, 1, -1, -62_135_596_800_000_000, 253_402_300_799_999_999, 951_782_400_000_000, -86_400_000_001])
  func moments(microseconds: Int64) {
    let time = Timestamp(microseconds: microseconds)
    var bytes: [UInt8] = []
    time.append(to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(time.isWritable)
    #expect(text == time.rfc3339)
    #expect(Timestamp(rfc3339: text) == time)
  }

  @Test(
    "moments that RFC 3339 does not have are whole numbers and come back",
    arguments: [Int64.min, -62_135_596_800_000_001, 253_402_300_800_000_000, .max])
  func farMoments(microseconds: Int64) throws {
    let time = Timestamp(microseconds: microseconds)
    #expect(!time.isWritable)
    let hold = Alert.Hold(staff: Samples.id(4), leaseUntil: time)
    #expect(hold.jsonText.contains(#""leaseUntil":\#(microseconds)}"#))
    #expect(try Alert.Hold(jsonText: hold.jsonText) == hold)
  }

  @Test("a moment within years 1-9999 is not taken as a number")
  func numberForATime() {
    let hold = #"{"staff":"01234567-89ab-7cde-0000-000000000004","leaseUntil":0}"#
    #expect(throws: CareJSONError(field: "leaseUntil", .notATime)) { try Alert.Hold(jsonText: hold) }
  }
}
