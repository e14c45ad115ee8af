import CareModel
import Intake
import NIOCore
import Testing

@Suite("the parts that limits are made of")
struct BoundedPartsTests {
  @Test("a list of arrivals keeps the order of what is left, whatever is taken out")
  func arrivals() {
    var random = SplitMix(seed: 3)
    var list = ArrivalList<Int>()
    var model: [(place: ArrivalList<Int>.Place, element: Int)] = []
    for number in 0..<20_000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1: model.append((list.append(number), number))
      case 2:
        #expect(list.removeOldest() == model.first?.element)
        if !model.isEmpty { model.removeFirst() }
      default:
        guard let index = model.indices.randomElement(using: &random) else { continue }
        #expect(list.remove(model[index].place) == model.remove(at: index).element)
      }
      #expect(list.count == model.count && list.oldest == model.first?.element)
    }
    while let oldest = list.removeOldest() { #expect(oldest == model.removeFirst().element) }
    #expect(model.isEmpty && list.count == 0)
  }

  @Test("so many are taken at once and not one more; then one in each part of a second")
  func takePace() {
    let allowance = Pace.Allowance(perSecond: 10, burst: 3)
    var pace = Pace()
    let start = Timestamp(seconds: 100)
    let taken = [0, 0, 0, 0, 99, 100, 100, 399].map { (milliseconds: Int) in
      pace.take(of: allowance, at: start + .milliseconds(milliseconds))
    }
    #expect(taken == [true, true, true, false, false, true, false, true])
    #expect(!pace.isRested(at: start + .milliseconds(499)))
    #expect(pace.isRested(at: start + .milliseconds(500)))
  }

  @Test("what is spent beyond the burst has to be waited for")
  func spendPace() {
    let allowance = Pace.Allowance(perSecond: 1000, burst: 1000)
    var pace = Pace()
    let start = Timestamp(seconds: 100)
    let waits = [(1000, 0), (1, 0), (499, 0), (0, 500), (.max, 500)].map { (amount: Int, milliseconds: Int) in
      pace.spend(amount, of: allowance, at: start + .milliseconds(milliseconds))
    }
    #expect(waits.dropLast() == [.zero, .milliseconds(1), .milliseconds(500), .zero])
    #expect(waits[4] > .hours(1))
  }

  @Test(
    "a block holds its addresses and no others",
    arguments: [
      ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7", "::ffff:192.0.2.7", true),
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.128.0.0/9", "10.127.0.1", false),
      ("10.128.0.0/9", "10.255.0.1", true), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
      ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("::1", "::1", true), ("::1/128", "::2", false),
    ] as [(String, String, Bool)])
  func blocks(block: String, address: String, isIn: Bool) throws {
    let block = try #require(AddressBlock(block))
    #expect(try block.contains(SocketAddress(ipAddress: address, port: 1)) == isIn)
  }

  @Test(
    "what is no block is none",
    arguments: ["", "/", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "a", "1/2/3"])
  func noBlock(text: String) { #expect(AddressBlock(text) == nil) }

  @Test(
    "sources are IPv4 addresses and IPv6 networks",
    arguments: [
      ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7", "::ffff:192.0.2.7", true),
      ("::ffff:192.0.2.7", "::ffff:192.0.2.8", false), ("2001:db8::1", "2001:db8::ffff:0:0:1", true),
      ("2001:db8::1", "2001:db8:0:1::1", false), ("::1", "0.0.0.0", false),
    ] as [(String, String, Bool)])
  func sources(first: String, second: String, isSame: Bool) throws {
    let sources = try [first, second].map { try #require(SourceAddress(SocketAddress(ipAddress: $0, port: 9))) }
    #expect((sources[0] == sources[1]) == isSame)
    #expect(SourceAddress(try SocketAddress(unixDomainSocketPath: "/a")) == nil)
  }

  @Test(
    "a listener in the clear is kept to this machine where that is asked for",
    arguments: [
      ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("localhost", true), ("LOCALHOST", true),
      ("0.0.0.0", false), ("::", false), ("192.0.2.1", false), ("", false), ("localhost.example", false),
      ("127.0.0.1.example", false), ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.1", false),
    ] as [(String, Bool)])
  func loopbackOnly(host: String, isAllowed: Bool) {
    var settings = ReceiverSettings(name: "mqtt", host: host, port: 1883, loopbackOnly: true)
    #expect((settings.listenerProblem(isSecured: false) == nil) == isAllowed)
    #expect(settings.listenerProblem(isSecured: true) == nil)
    settings.loopbackOnly = false
    #expect(settings.listenerProblem(isSecured: false) == nil)
  }
}
