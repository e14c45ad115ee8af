import CareModel
import Testing

@Suite("Boxed dictionary")
struct BoxedDictionaryTests {
  @Test("it answers like the dictionary it stands for, whatever is done to both")
  func likeADictionary() {
    var boxed = BoxedDictionary<Int, String>()
    var plain: [Int: String] = [:]
    boxed.reserveCapacity(10)
    var state: UInt64 = 7
    for step in 0..<2_000 {
      state = fixedMix(state)
      let key = Int(state % 50)
      switch state >> 32 & 3 {
      case 0: #expect(boxed.updateValue("\(step)", forKey: key) == plain.updateValue("\(step)", forKey: key))
      case 1: #expect(boxed.removeValue(forKey: key) == plain.removeValue(forKey: key))
      case 2:
        boxed[key] = "\(step)"
        plain[key] = "\(step)"
      default:
        boxed[key] = nil
        plain[key] = nil
      }
      #expect(boxed[key] == plain[key])
      #expect(boxed.count == plain.count)
    }
    #expect(boxed.values.sorted() == plain.values.sorted())
  }

  @Test("a copy does not see what is changed afterwards")
  func copies() {
    var first = BoxedDictionary<Int, String>()
    first[1] = "one"
    let second = first
    first[1] = "two"
    #expect(second[1] == "one")
    #expect(first[1] == "two")
  }
}
