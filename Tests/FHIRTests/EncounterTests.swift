import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR Encounters")
struct EncounterTests {
  private let creation = Exchange(interaction: .createEncounter)
  private let update = Exchange(interaction: .updateEncounter(id: "e1"))

  @Test(
    "status and class give the kind",
    arguments: [
      ("planned", "IMP", SignalKind.register, PatientClass.preadmit), ("planned", "AMB", .register, .preadmit),
      ("arrived", "IMP", .admit, .inpatient), ("in-progress", "ACUTE", .admit, .inpatient),
      ("in-progress", "NONAC", .admit, .inpatient), ("in-progress", "SS", .admit, .inpatient),
      ("in-progress", "I", .admit, .inpatient), ("in-progress", "OBSENC", .admit, .observation),
      ("triaged", "EMER", .register, .emergency), ("in-progress", "AMB", .register, .outpatient),
      ("in-progress", "HH", .register, .outpatient), ("in-progress", "VR", .register, .outpatient),
      ("in-progress", "PRENC", .register, .preadmit), ("in-progress", "r", .register, .recurring),
      ("in-progress", "NB", .admit, .newborn), ("onleave", "IMP", .leave, .inpatient),
      ("finished", "IMP", .discharge, .inpatient), ("finished", "AMB", .discharge, .outpatient),
      ("cancelled", "IMP", .cancelAdmit, .inpatient), ("entered-in-error", "EMER", .cancelAdmit, .emergency),
      ("discharged", "IMP", .discharge, .inpatient), ("completed", "IMP", .discharge, .inpatient),
      ("discontinued", "IMP", .discharge, .inpatient),
    ])
  func kinds(status: String, code: String, kind: SignalKind, patientClass: PatientClass) {
    let text = Sample.encounter(["status": "\"\(status)\"", "class": #"{"code":"\#(code)"}"#])
    for exchange in [creation, update] {
      let signals = exchange.signals(text)
      #expect(signals.map(\.kind) == [kind] && signals.first?.hospital?.patientClass == patientClass)
      #expect(signals.first?.hospital?.eventCode == status)
    }
  }

  @Test(
    "what is not understood opens nothing and goes to a person",
    arguments: [
      ["status": #""unknown""#], ["status": ""], ["status": "7"], ["class": ""], ["class": #"{"code":"XYZ"}"#],
      ["class": "[]"], ["class": "7"],
    ])
  func unclear(changes: [String: String]) {
    let signals = update.signals(Sample.encounter(changes))
    #expect(signals.map(\.kind) == [.updateVisit] && signals.first?.oddities == [.missingField])
  }

  @Test("R5: class list, actual period, subject status, admission")
  func release5() {
    let text = Sample.encounter([
      "class": #"[{"coding":[{"code":"zzz"}]},{"coding":[{"code":"IMP"}]}]"#, "period": "",
      "actualPeriod": #"{"start":"2026-11-20T00:00:00Z","end":"2026-11-23T00:00:00Z"}"#, "status": #""completed""#,
      "admission": #"{"dischargeDisposition":{"coding":[{"code":"home"}]}}"#,
    ])
    let message = update.hospital(text)
    #expect(update.signals(text).map(\.kind) == [.discharge])
    #expect(message?.patientClass == .inpatient && message?.disposition == "home")
    #expect(message?.admittedAt == moment("2026-11-20T00:00:00Z"))
    #expect(message?.dischargedAt == moment("2026-11-23T00:00:00Z"))
    for (word, kind) in [("on-leave", SignalKind.leave), ("departed", .discharge), ("receiving-care", .admit)] {
      let text = Sample.encounter(["subjectStatus": #"{"coding":[{"code":"\#(word)"}]}"#])
      #expect(update.signals(text).map(\.kind) == [kind])
    }
  }

  @Test(
    "the event's time: the record's own, else that of the visit; what takes back has none",
    arguments: [
      ("in-progress", "2026-11-23T01:02:03.5Z", "2026-11-23T01:02:03.5Z" as String?),
      ("cancelled", "2026-11-23T01:02:03Z", "2026-11-23T01:02:03Z"), ("in-progress", "", "2026-11-20T00:00:00Z"),
      ("finished", "", "2026-11-22T00:00:00Z"), ("onleave", "", "2026-11-20T00:00:00Z"), ("cancelled", "", nil),
      ("entered-in-error", "", nil),
    ])
  func eventTime(status: String, updated: String, expected: String?) {
    let text = Sample.encounter([
      "status": "\"\(status)\"", "meta": updated.isEmpty ? "" : #"{"lastUpdated":"\#(updated)"}"#,
      "period": #"{"start":"2026-11-20T00:00:00Z","end":"2026-11-22T00:00:00Z"}"#,
    ])
    let signal = update.signals(text).first
    #expect(signal?.occurredAt == expected.flatMap(moment) && signal?.hospital?.eventAt == signal?.occurredAt)
    #expect(signal?.oddities.contains(.missingField) == true)
  }

  @Test(
    "times without an offset, and dates, count at the configured one",
    arguments: [
      ("2026-11-23", "2026-11-22T16:00:00Z" as String?), ("2026-11-23T10:00:00", "2026-11-23T02:00:00Z"),
      ("2026-11-23T10:00:00.250", "2026-11-23T02:00:00.25Z"), ("2026-11-23T10:00:00-05:00", "2026-11-23T15:00:00Z"),
      ("2026-11", nil), ("2026", nil), ("yesterday", nil), ("", nil), ("2026-02-30", nil),
      ("2026-11-23T10:00:00.000000000000000000000000000", nil),
    ])
  func times(text: String, expected: String?) {
    let message = update.hospital(Sample.encounter(["period": #"{"start":"\#(text)"}"#]))
    #expect(message?.admittedAt == expected.flatMap(moment))
  }

  @Test("the visit number: type VN, first identifier, account, lasting id")
  func visitNumber() {
    let typed = #"[{"value":"A"},{"type":{"coding":[{"code":"VN"}]},"value":"B"}]"#
    #expect(update.hospital(Sample.encounter(["identifier": typed]))?.visitNumber == "B")
    let odd = #"[{"type":{"coding":[{"code":"VN"}]}},{"value":12}]"#
    #expect(update.hospital(Sample.encounter(["identifier": odd]))?.visitNumber == "12")
    let account = ["identifier": "", "account": ##"[{"reference":"#a"}]"##]
    let contained = account.merging([
      "contained": #"[{"resourceType":"Account","id":"a","identifier":[{"value":"K7"}]}]"#
    ]) { $1 }
    #expect(update.hospital(Sample.encounter(contained))?.visitNumber == "K7")
    let told = ["identifier": "", "account": #"[{"display":"x"},{"identifier":{"value":"K8"}}]"#]
    #expect(update.hospital(Sample.encounter(told))?.visitNumber == "K8")
    #expect(update.hospital(Sample.encounter(["identifier": ""]))?.visitNumber == "e1")
    #expect(update.hospital(Sample.encounter(["identifier": "", "id": ""]))?.visitNumber == "e1")
    #expect(creation.hospital(Sample.encounter(["identifier": ""]))?.visitNumber == nil)
  }

  @Test("the disposition: its code, else its text")
  func disposition() {
    for (concept, expected) in [
      (#"{"coding":[{"code":"01"},{"code":"02"}],"text":"home"}"#, "01"), (#"{"text":" went home "}"#, "went home"),
    ] {
      let text = Sample.encounter(["hospitalization": #"{"dischargeDisposition":\#(concept)}"#])
      #expect(update.hospital(text)?.disposition == expected)
    }
  }

  @Test("transactions, batches and collections: a signal for each Encounter")
  func bundles() {
    let base = Exchange(interaction: .bundle)
    let second = Sample.encounter(["id": "\"e2\"", "status": "\"finished\"", "identifier": ""])
    for type in ["transaction", "batch", "collection"] {
      let text = Sample.bundle([Sample.patient, Sample.encounter(), second], type: type)
      guard case .signals(let signals, let answer) = base.decode(text) else {
        Issue.record("\(type) refused")
        continue
      }
      #expect(signals.map(\.kind) == [.admit, .discharge] && signals.allSatisfy { $0.raw == Array(text.utf8) })
      #expect(signals.map { $0.hospital?.patient.name } == ["张 三", "张 三"])
      #expect(answer == (type == "collection" ? .outcome : .bundle(type: type, entries: 3)))
      #expect(signals.map(\.hospital?.visitNumber) == ["V1", nil])
      let put = text.replacing(#""fullUrl":"urn:uuid:e2""#, with: #""request":{"method":"PUT"}"#)
      #expect(base.signals(put).map(\.hospital?.visitNumber) == ["V1", "e2"])
      let rest = text.replacing("urn:uuid:e2", with: "http://h.example/fhir/Encounter/e2")
      #expect(base.signals(rest).map(\.hospital?.visitNumber) == ["V1", "e2"])
    }
  }

  @Test("a Bundle of which nothing is used is kept; deletions of Encounters are shown")
  func leftovers() {
    let base = Exchange(interaction: .bundle)
    for text in [
      Sample.bundle([Sample.patient], type: "batch"), Sample.bundle([], type: "transaction"),
      #"{"resourceType":"Bundle","type":"collection"}"#,
    ] {
      let signals = base.signals(text)
      #expect(signals.map(\.kind) == [.unknown] && signals.first?.oddities == [.unsupportedEvent])
    }
    let deletion = #"{"request":{"method":"DELETE","url":"Encounter/e7"}}"#
    let text = Sample.bundle([Sample.encounter(), Sample.patient], type: "batch")
    let both = text.replacing(#""entry":["#, with: #""entry":[\#(deletion),"#)
    #expect(base.signals(both).map(\.kind) == [.admit, .unknown])
  }
}
