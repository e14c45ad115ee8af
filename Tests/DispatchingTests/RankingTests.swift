import CareModel
import Dispatching
import Testing

@Suite("Ranking of candidates")
struct RankingTests {
  private let now = Timestamp(seconds: 1_800_000_000)
  private let home = Position(latitude: 31.3, longitude: 120.6)

  private func member(
    _ number: UInt64, districts: [DistrictID] = [], east: Double? = nil, age: TimeSpan = .zero
  ) -> StaffMember {
    StaffMember(
      id: StaffID(high: 0, low: number), name: "", roles: [.responder], districts: districts,
      position: east.flatMap { Position(latitude: 31.3, longitude: 120.6 + $0) }, positionAt: now - age)
  }

  private func order(
    _ members: [StaffMember], limit: Int = 10, busy: [UInt64: Availability] = [:]
  ) -> Ranking {
    let request = CandidateRequest(position: home, now: now)
    let team = DutyTeam(onDuty: members, district: 1)
    return rankCandidates(for: request, team: team, limit: limit) { busy[$0.low] ?? .free }
  }

  private func ids(_ ranking: Ranking) -> [UInt64] {
    if case .candidates(let candidates) = ranking { candidates.map(\.staff.low) } else { [] }
  }

  @Test("Near comes before far, known before unknown or stale, then the smaller id")
  func distance() {
    let members = [
      member(1), member(2, east: 0.3), member(3, east: 0.1), member(4, east: 0.05, age: .minutes(31)),
      member(5, east: 0.1),
    ]
    #expect(ids(order(members)) == [3, 5, 2, 1, 4])
    #expect(ids(order(members.reversed())) == [3, 5, 2, 1, 4])
  }

  @Test("A position counts until its last minute and not after", arguments: [(30, true), (31, false)])
  func staleness(minutes: Int, counts: Bool) {
    guard case .candidates(let found) = order([member(1, east: 0.1, age: .minutes(minutes))]) else {
      Issue.record("nobody")
      return
    }
    #expect((found[0].distanceMetres != nil) == counts)
  }

  @Test("Who has another offer open comes after all who have none")
  func openOffer() {
    let ranking = order([member(1, east: 0.01), member(2, east: 0.4)], busy: [1: .hasOpenOffer])
    #expect(ids(ranking) == [2, 1])
  }

  @Test("No more than the limit are named", arguments: [0, 1, 2])
  func limit(limit: Int) { #expect(ids(order([member(1), member(2)], limit: limit)).count == limit) }

  @Test("Nobody has a reason")
  func nobody() {
    #expect(order([]) == .nobody(.noneOnDuty))
    #expect(order([member(1, districts: [2])]) == .nobody(.outsideDistrict))
    #expect(order([member(1)], busy: [1: .busy]) == .nobody(.allBusy))
    #expect(order([member(1), member(2)], busy: [1: .busy, 2: .alreadyAsked]) == .nobody(.allAsked))
  }

  @Test("No district, no districts of the member, and the right one all fit")
  func districts() {
    #expect(ids(order([member(1), member(2, districts: [1]), member(3, districts: [2])])) == [1, 2])
    let anywhere = CandidateRequest(position: nil, now: now)
    let team = DutyTeam(onDuty: [member(3, districts: [2])], district: 0)
    #expect(ids(rankCandidates(for: anywhere, team: team, limit: 5) { _ in .free }) == [3])
  }

  @Test("A tenth of a degree at 31.3 degrees north is 9.5 km to the east and 11.1 km to the north")
  func metresOverGround() throws {
    let start = try #require(home)
    let east = try #require(Position(latitude: 31.3, longitude: 120.7))
    let north = try #require(Position(latitude: 31.4, longitude: 120.6))
    #expect(abs(metres(from: start, to: east) - 9501) < 10)
    #expect(abs(metres(from: start, to: north) - 11_119) < 10)
    #expect(metres(from: start, to: start) == 0)
  }

  @Test("The reason says how far, in kilometres with one decimal, or that nobody knows")
  func reasons() {
    let id = StaffID(high: 0, low: 1)
    #expect(Candidate(staff: id, distanceMetres: 1249, hasOpenOffer: false).reason == "1.2 km away")
    #expect(
      Candidate(staff: id, distanceMetres: nil, hasOpenOffer: true).reason
        == "position unknown or stale, has another offer open")
  }
}
