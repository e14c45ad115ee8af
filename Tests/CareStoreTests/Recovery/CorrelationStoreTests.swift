import AlertEngine
import CareModel
import CareStore
import EngineHost
import PQ
import Testing

@Suite("Instances of correlate rules in the database", .timeLimit(.minutes(2)))
struct CorrelationStoreTests {
  private func row(
    _ key: String, rule: String = "fall", at seconds: Int?, _ state: [UInt8] = [1, 0, 255]
  ) -> CorrelationRow {
    CorrelationRow(
      key: CorrelationKey(rule: rule, key: key), district: 3,
      deadline: seconds.map { Sample.start + .seconds($0) + TimeSpan(microseconds: 1) }, state: state)
  }

  private func commit(_ number: Int64, _ rows: [CorrelationRow]) -> Commit {
    var commit = Commit(number: number, lineage: 0, input: Sample.input(number), at: Sample.time(number), district: 3)
    commit.correlations = rows
    return commit
  }

  @Test("what is changed is one row, what is gone has none; a restart reads the rest, earliest deadline first")
  func roundTrip() async throws {
    let commits = [
      commit(1, [row("a", at: 60), row("b", at: 50), row("b", rule: "silent", at: 40)]),
      commit(2, [row("a", at: 70, []), row("b", at: nil)]),
      commit(3, [row("b", at: 80), row("路|\\|x", at: 10), row("never", at: nil)]),
      commit(4, [row("路|\\|x", at: nil)]),
    ]
    let world = try await HistoryWorld(commits)
    let store = world.world.store(owner: 2)
    let state = try await store.open(now: Sample.start) { _ in }
    let expected = [row("b", rule: "silent", at: 40), row("a", at: 70, []), row("b", at: 80)]
    #expect(state.snapshot.correlations == expected)
    await store.close(deadline: .seconds(5))
    #expect(try await world.world.number("select count(*) from correlation") == 3)
  }

  @Test("in one group the last state of an instance counts, also when it is gone and back")
  func group() {
    let statements = GroupStatements(shard: "s1", epoch: 1)
    let written = statements.statements(for: [
      commit(1, [row("a", at: 60)]), commit(2, [row("a", at: nil)]), commit(3, [row("a", at: 90)]),
    ])
    #expect(written.count == 3)
    let gone = statements.statements(for: [commit(1, [row("a", at: 60)]), commit(2, [row("a", at: nil)])])
    #expect(gone.count == 3)
    #expect(statements.statements(for: [commit(1, [])]).count == 2)
  }

  @Test("an emission is a signal of its own beside the one that caused it, in the same transaction")
  func emission() async throws {
    var both = Sample.alarm(1)
    var emission = Sample.signal(2)
    emission.signal.source = SignalSource(feed: .engine, sender: "SB-1", serial: "SB-1")
    emission.signal.oddities = [.late]
    emission.remembered = nil
    both.emissions = [emission]
    let world = try await HistoryWorld([both])
    #expect(try await world.world.number("select count(*) from signal") == 2)
    let late = "select count(*) from signal where feed = 'engine' and oddities = 'late'"
    #expect(try await world.world.number(late) == 1)
  }
}
