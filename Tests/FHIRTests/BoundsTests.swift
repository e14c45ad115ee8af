import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR bounds")
struct BoundsTests {
  private let exchange = Exchange()

  @Test("the body")
  func body() {
    let text = Sample.message()
    let limit = text.utf8.count + 100
    let exchange = Exchange(configuration: FHIRConfiguration(maximumBodyBytes: limit))
    #expect(exchange.signals(text + String(repeating: " ", count: 100)).count == 1)
    let refusal = exchange.refusal(text + String(repeating: " ", count: 101))
    #expect(refusal == .tooLarge(maximumBytes: limit) && refusal?.status == 413 && refusal?.issue == "too-long")
    #expect(FHIRConfiguration().maximumBodyBytes == 1 << 20)
  }

  @Test("depth")
  func depth() {
    for depth in [FHIRConfiguration.maximumDepth, FHIRConfiguration.maximumDepth + 1] {
      let nested = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
      let text = Sample.message().replacing(
        #"{"resourceType":"Bundle","#, with: #"{"resourceType":"Bundle","x":\#(nested),"#)
      let isTaken = depth == FHIRConfiguration.maximumDepth
      #expect(exchange.signals(text).count == (isTaken ? 1 : 0))
      #expect(exchange.refusal(text)?.status == (isTaken ? nil : 413))
      #expect(exchange.refusal(text)?.issue == (isTaken ? nil : "too-costly"))
    }
  }

  @Test("values")
  func values() {
    // The Bundle, its type name and type, the array: four values, and the elements.
    for count in [FHIRConfiguration.maximumNodes - 4, FHIRConfiguration.maximumNodes - 3] {
      let list = Array(repeating: "1", count: count).joined(separator: ",")
      let text = #"{"resourceType":"Bundle","type":"batch","x":[\#(list)]}"#
      #expect(exchange.refusal(text)?.status == (count == FHIRConfiguration.maximumNodes - 4 ? nil : 413))
    }
  }

  @Test("entries")
  func entries() {
    for count in [FHIRConfiguration.maximumEntries, FHIRConfiguration.maximumEntries + 1] {
      let text = Sample.bundle(
        [Sample.header(), Sample.encounter(), Sample.patient] + Array(repeating: "{}", count: count - 3))
      #expect(exchange.signals(text).count == (count == FHIRConfiguration.maximumEntries ? 1 : 0))
      #expect(exchange.refusal(text)?.status == (count == FHIRConfiguration.maximumEntries ? nil : 413))
    }
  }

  @Test("Encounters")
  func encounters() {
    for count in [FHIRConfiguration.maximumEncounters, FHIRConfiguration.maximumEncounters + 1] {
      let encounters = (0..<count).map { Sample.encounter(["id": "\"e\($0)\""]) }
      let text = Sample.bundle(encounters + [Sample.patient], type: "batch")
      let isTaken = count == FHIRConfiguration.maximumEncounters
      #expect(exchange.signals(text).count == (isTaken ? count : 0))
      #expect(Set(exchange.signals(text).map(\.repeatKey)).count == (isTaken ? count : 0))
      #expect(exchange.refusal(text)?.status == (isTaken ? nil : 413))
    }
  }

  @Test("the parts of a repeat key")
  func repeatKey() {
    for length in [FHIRConfiguration.maximumRepeatKeyPartBytes, FHIRConfiguration.maximumRepeatKeyPartBytes + 1] {
      let id = String(repeating: "i", count: length)
      let text = Sample.bundle(
        [Sample.header(), Sample.encounter(), Sample.patient], extra: #","identifier":{"value":"\#(id)"}"#)
      guard case .message(let key, let window) = exchange.signals(text).first?.repeatKey else {
        Issue.record("no key")
        continue
      }
      #expect(key.utf8.count == FHIRConfiguration.maximumRepeatKeyPartBytes + 18)
      #expect(window == FHIRConfiguration.repeatWindow && window == .hours(168))
    }
  }
}
