import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR repeats")
struct RepeatTests {
  private func key(_ text: String, _ interaction: FHIRInteraction = .processMessage) -> RepeatKey? {
    Exchange(interaction: interaction).signals(text).first?.repeatKey
  }

  private func id(_ key: RepeatKey?) -> String? {
    if case .message(let id, _) = key { id } else { nil }
  }

  @Test("a Bundle: its identifier, else MessageHeader and time stamp, always with a hash of the body")
  func bundles() {
    let resources = [Sample.header(), Sample.encounter(), Sample.patient]
    let named = Sample.bundle(resources, extra: #","identifier":{"system":"urn:s","value":"B7"},"timestamp":"t""#)
    #expect(key(named) == key(named) && id(key(named))?.hasPrefix("urn:s|B7|") == true)
    let unnamed = Sample.bundle(resources)
    #expect(id(key(unnamed))?.hasPrefix("m1|\(Sample.bundleTime)|") == true)
    #expect(key(unnamed) != key(unnamed + " "), "ids are reused in the field")
    #expect(id(key(Sample.bundle(resources, extra: "")))?.hasPrefix("m1||") == true)
  }

  @Test("control bytes stay out of the key")
  func controlBytes() {
    let text = Sample.bundle(
      [Sample.header(), Sample.encounter()], extra: #","identifier":{"value":"a\u0000\u001f\u007fb"}"#)
    #expect(id(key(text))?.hasPrefix("|ab|") == true)
  }

  @Test("an Encounter: the version of its record; a new one by its body")
  func encounters() {
    let update = FHIRInteraction.updateEncounter(id: "e1")
    let plain = Sample.encounter()
    #expect(id(key(plain, .createEncounter))?.hasPrefix("Encounter|e1|||") == true)
    for meta in [#"{"versionId":"3"}"#, #"{"lastUpdated":"2026-11-23T00:00:00Z"}"#] {
      #expect(id(key(Sample.encounter(["meta": meta]), update)) != nil)
    }
    guard case .whileUnacknowledged(let first) = key(plain, update),
      case .whileUnacknowledged(let second) = key(plain + " ", update)
    else {
      Issue.record("an update without a version may bring back an earlier state")
      return
    }
    #expect(first != second && key(plain, update) == key(plain, update))
  }

  @Test("a Bundle that nothing names is a repeat only while unacknowledged, each signal for itself")
  func nameless() {
    let second = Sample.encounter(["id": "\"e2\""])
    let text = Sample.bundle([Sample.encounter(), second, Sample.patient], type: "batch", extra: "")
    let keys = Exchange(interaction: .bundle).signals(text).map(\.repeatKey)
    #expect(keys.count == 2 && Set(keys).count == 2 && keys.allSatisfy { id($0) == nil })
  }
}
