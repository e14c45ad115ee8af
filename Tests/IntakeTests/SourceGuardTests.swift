import CareModel
import Intake
import NIOCore
import Testing

@Suite("limits of a source")
struct SourceGuardTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  private static func source(_ number: Int) throws -> SourceAddress {
    let text = "2001:db8:\(String(number >> 16, radix: 16)):\(String(number & 0xFFFF, radix: 16))::1"
    return try #require(SourceAddress(SocketAddress(ipAddress: text, port: 1)))
  }

  @Test("open connections: at the bound and one past it; others are not touched; one that leaves makes room")
  func connections() throws {
    let sources = SourceGuard(limits: SourceLimits(maximumConnections: 2))
    let (one, other) = (try Self.source(1), try Self.source(2))
    #expect(sources.admit(one, at: now) == nil)
    #expect(sources.admit(one, at: now) == nil)
    #expect(sources.admit(one, at: now) == .sourceConnections)
    #expect(sources.admit(other, at: now) == nil)
    sources.release(one, wasProven: false, at: now)
    #expect(sources.admit(one, at: now) == nil)
    #expect(sources.admit(one, at: now) == .sourceConnections)
  }

  @Test("new connections: so many at once, then so many a second, also where none stays open")
  func rate() throws {
    let sources = SourceGuard(limits: SourceLimits(connectionsPerSecond: 10, connectionsAtOnce: 3))
    let one = try Self.source(1)
    for expected in [nil, nil, nil, .sourceRate] as [RefusalReason?] {
      #expect(sources.admit(one, at: now) == expected)
      if expected == nil { sources.release(one, wasProven: false, at: now) }
    }
    #expect(try sources.admit(Self.source(2), at: now) == nil)
    #expect(sources.admit(one, at: now + .milliseconds(100)) == nil)
    #expect(sources.admit(one, at: now + .milliseconds(100)) == .sourceRate)
  }

  @Test("trusted addresses and those that are no IP addresses have no limits")
  func trusted() throws {
    let block = try #require(AddressBlock("10.0.0.0/8"))
    let sources = SourceGuard(limits: SourceLimits(trusted: [block]))
    #expect(try sources.source(of: SocketAddress(ipAddress: "10.1.2.3", port: 1)) == nil)
    #expect(try sources.source(of: SocketAddress(ipAddress: "11.1.2.3", port: 1)) != nil)
    #expect(sources.source(of: nil) == nil)
  }

  private static let rules = SourceLimits.FailedSignIns(
    delayAfter: 2, closeAfter: 4, window: .seconds(60), delay: .seconds(2), closedFor: .seconds(30))

  @Test("failed sign-ins: answered at once, then late, then new connections are closed for a while")
  func failures() throws {
    let sources = SourceGuard(limits: SourceLimits(failedSignIns: Self.rules))
    let (one, other) = (try Self.source(1), try Self.source(2))
    let delays = (0..<4).map { _ in sources.signInFailed(one, at: now) }
    #expect(delays == [.zero, .zero, .seconds(2), .seconds(2)])
    #expect(sources.admit(one, at: now) == nil)
    #expect(sources.signInFailed(one, at: now) == .seconds(2))
    #expect(sources.admit(one, at: now) == .failedSignIns)
    #expect(sources.admit(other, at: now) == nil)
    #expect(sources.admit(one, at: now + .milliseconds(29_999)) == .failedSignIns)
    #expect(sources.admit(one, at: now + .seconds(30)) == nil)
    #expect(sources.signInFailed(one, at: now + .milliseconds(59_999)) == .seconds(2))
  }

  @Test("failures count together for the window and not longer")
  func window() throws {
    for (wait, delay) in [(59_999, TimeSpan.seconds(2)), (60_000, .zero)] {
      let sources = SourceGuard(limits: SourceLimits(failedSignIns: Self.rules))
      let one = try Self.source(1)
      for _ in 0..<2 { _ = sources.signInFailed(one, at: now) }
      #expect(sources.signInFailed(one, at: now + .milliseconds(wait)) == delay)
    }
  }

  @Test("many homes behind one address are not closed for the few that fail")
  func manyHomes() throws {
    let sources = SourceGuard(limits: SourceLimits(failedSignIns: Self.rules))
    let one = try Self.source(1)
    for _ in 0..<6 {
      #expect(sources.admit(one, at: now) == nil)
      sources.proved(one)
    }
    for _ in 0..<6 { _ = sources.signInFailed(one, at: now) }
    #expect(sources.admit(one, at: now) == nil)
    _ = sources.signInFailed(one, at: now)
    #expect(sources.admit(one, at: now) == .failedSignIns)
  }

  @Test("a flood of other sources forgets nobody who is being punished, and memory is bounded")
  func flood() throws {
    let limits = SourceLimits(
      connectionsPerSecond: 1, connectionsAtOnce: 5, failedSignIns: Self.rules, maximumResting: 100,
      maximumOffenders: 100)
    let sources = SourceGuard(limits: limits)
    let (closed, late) = (try Self.source(1), try Self.source(2))
    for _ in 0..<5 { _ = sources.signInFailed(closed, at: now) }
    for _ in 0..<3 { _ = sources.signInFailed(late, at: now) }
    for number in 10..<5000 {
      let other = try Self.source(number)
      #expect(sources.admit(other, at: now) == nil)
      #expect(sources.signInFailed(other, at: now) == .zero)
      sources.release(other, wasProven: false, at: now)
    }
    #expect(sources.remembered.sources == 100)
    #expect(sources.remembered.offenders == 100)
    #expect(sources.admit(closed, at: now) == .failedSignIns)
    #expect(sources.signInFailed(late, at: now) == .seconds(2))
  }

  @Test("where all that are remembered are being punished, a stranger's failure is answered late")
  func onlyPunished() throws {
    let sources = SourceGuard(limits: SourceLimits(failedSignIns: Self.rules, maximumOffenders: 2))
    for number in 1...2 {
      let offender = try Self.source(number)
      for _ in 0..<3 { _ = sources.signInFailed(offender, at: now) }
    }
    #expect(try sources.signInFailed(Self.source(3), at: now) == .seconds(2))
    #expect(sources.remembered.offenders == 2)
    #expect(try sources.signInFailed(Self.source(3), at: now + .seconds(60)) == .zero)
  }

  @Test("who is quiet is forgotten in time")
  func forgotten() throws {
    let sources = SourceGuard(limits: SourceLimits(connectionsPerSecond: 1, failedSignIns: Self.rules))
    for number in 0..<50 {
      let source = try Self.source(number)
      _ = sources.admit(source, at: now)
      _ = sources.signInFailed(source, at: now)
      sources.release(source, wasProven: false, at: now)
    }
    #expect(sources.remembered == (50, 50))
    let later = now + .minutes(2)
    for number in 100..<200 {
      let source = try Self.source(number)
      _ = sources.admit(source, at: later)
      sources.release(source, wasProven: false, at: later + .seconds(2))
    }
    #expect(sources.remembered == (0, 0))
  }
}
