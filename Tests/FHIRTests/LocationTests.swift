import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR locations")
struct LocationTests {
  private func place(id: String, name: String, type: String, partOf: String = "") -> String {
    let whole = partOf.isEmpty ? "" : #","partOf":{"reference":"Location/\#(partOf)"}"#
    return """
      {"resourceType":"Location","id":"\(id)","name":"\(name)",\
      "physicalType":{"coding":[{"code":"\(type)"}]}\(whole)}
      """
  }

  private var places: [String] {
    [
      place(id: "h", name: "市一医院", type: "si"), place(id: "w", name: "心内科", type: "wa", partOf: "h"),
      place(id: "r", name: "12", type: "ro", partOf: "w"), place(id: "b", name: "03", type: "bd", partOf: "r"),
      place(id: "x", name: "急诊", type: "lvl"),
    ]
  }

  private func location(_ items: String, _ more: [String] = []) -> String? {
    let resources = [Sample.header(), Sample.encounter(["location": items]), Sample.patient] + places + more
    return Exchange().hospital(Sample.bundle(resources))?.location
  }

  private func item(_ id: String, _ status: String = "") -> String {
    let state = status.isEmpty ? "" : #","status":"\#(status)""#
    return #"{"location":{"reference":"Location/\#(id)"}\#(state)}"#
  }

  @Test("ward, room and bed, from whichever of them is named")
  func chain() {
    for id in ["w", "r", "b"] { #expect(location("[\(item(id))]") == "心内科/12/03", "\(id)") }
    #expect(location("[\(item("b")),\(item("w"))]") == "心内科/12/03")
    #expect(location("[\(item("h")),\(item("x"))]") == "急诊")
    #expect(location("[\(item("h"))]") == "市一医院", "nothing nearer is told")
    let second = place(id: "r2", name: "13", type: "ro", partOf: "w")
    #expect(location("[\(item("w"))]", [second]) == "心内科", "one of two rooms is not guessed")
    #expect(location("[\(item("r"))]", [second]) == "心内科/12/03")
  }

  @Test("the active location counts, then those without a status, then the planned one")
  func states() {
    #expect(location("[\(item("w", "completed")),\(item("x", "active")),\(item("b", "planned"))]") == "急诊")
    #expect(location("[\(item("w", "completed")),\(item("x")),\(item("b", "planned"))]") == "急诊")
    let planned = Sample.encounter([
      "status": "\"planned\"", "location": "[\(item("x", "planned")),\(item("w", "planned"))]",
    ])
    let resources = [Sample.header(), planned, Sample.patient] + places
    #expect(Exchange().hospital(Sample.bundle(resources))?.location == "急诊", "the first of two plans")
    #expect(location("[\(item("x", "planned"))]") == nil)
    #expect(location("[\(item("x")),\(item("w")),\(item("b"))]") == "急诊", "others contradict it")
    #expect(location("[\(item("w", "completed")),\(item("x", "reserved"))]") == nil)
  }

  @Test("a location that is only named")
  func named() {
    #expect(location(#"[{"location":{"display":"ICU 3"}}]"#) == "ICU 3")
    #expect(location(#"[{"location":{"reference":"Location/none","identifier":{"value":"W7"}}}]"#) == "W7")
    let items = [("bd", "3"), ("wa", "W"), ("ro", "2")].map {
      #"{"location":{"display":"\#($1)"},"physicalType":{"coding":[{"code":"\#($0)"}]}}"#
    }
    #expect(location("[" + items.joined(separator: ",") + "]") == "W/2/3")
    #expect(location(#"[{"location":{"display":"3"},"form":{"coding":[{"code":"bd"}]}}]"#) == "3")
  }

  @Test("rings and what is too long end")
  func bounds() {
    let ring = [
      place(id: "a", name: "A", type: "bd", partOf: "z"), place(id: "z", name: "Z", type: "bd", partOf: "a"),
    ]
    #expect(location("[\(item("a"))]", ring) == "A/Z")
    #expect(location("[\(item("s"))]", [place(id: "s", name: "S", type: "bd", partOf: "s")]) == "S")
    for length in [Signal.maximumTextBytes, Signal.maximumTextBytes + 1] {
      let name = String(repeating: "w", count: length)
      let text = location(#"[{"location":{"display":"\#(name)"}}]"#)
      #expect(text == (length == Signal.maximumTextBytes ? name : nil))
    }
    let rooms = (0..<9).map {
      place(id: "c\($0)", name: "C\($0)", type: "ro", partOf: "c\($0 + 1)")
    }
    #expect(location("[\(item("c0"))]", rooms)?.split(separator: "/").count == 9, "one and at most eight above it")
    let more = rooms + [place(id: "c9", name: "C9", type: "ro")]
    #expect(location("[\(item("c0"))]", more)?.split(separator: "/").count == 9)
  }

  @Test("a transfer's time without a time stamp is the arrival")
  func arrival() {
    let items = #"[{"location":{"display":"W"},"status":"active","period":{"start":"2026-11-23T01:00:00Z"}}]"#
    let bundle = Sample.bundle(
      [Sample.header("notification-transfer"), Sample.encounter(["location": items]), Sample.patient], extra: "")
    #expect(Exchange().hospital(bundle)?.eventAt == moment("2026-11-23T01:00:00Z"))
  }
}
