import AlertEngine
import CareModel
import PQ
import Testing

import CareStore

@Suite("Statements of a group")
struct GroupStatementsTests {
  private let statements = GroupStatements(shard: "s1", epoch: 4)

  @Test("of rows with one id the last stays, in the order of the last ones")
  func lastStatesWin() {
    let rows = [("a", 1), ("b", 1), ("a", 2), ("c", 1), ("b", 2)]
    let kept = lastStates(rows) { $0.0 }
    #expect(kept.map(\.0) == ["a", "c", "b"])
    #expect(kept.map(\.1) == [2, 1, 2])
  }

  @Test("the fence comes first and spans the group")
  func fence() {
    let first = statements.statements(for: [Sample.alarm(11), Sample.alarm(12)]).first
    #expect(first == GroupStatements.fence.bind(.text("s1"), .int8(4), .int8(10), .int8(12)))
  }

  @Test("an alarm is at most eight rows and a statement a table")
  func rowsOfAnAlarm() {
    let statements = statements.statements(for: [Sample.alarm(1)])
    // Fence, applied input, signal, alert, task, offer, notification, event.
    #expect(statements.count == 8)
  }

  @Test("entries of a commit are one row a case and keep their ordinals")
  func eventRows() {
    var commit = Sample.alarm(5)
    let other = Sample.event(.alertNoted, 6, .alert(Sample.alert(6)))
    commit.events.insert(other, at: 1)
    let rows = EventRows.rows(of: commit)
    #expect(rows.map(\.caseKey) == [Sample.caseKey(5), Sample.caseKey(6)])
    #expect(rows.map { row in row.entries.map(\.ordinal) } == [[0, 2, 3], [1]])
  }

  @Test("alerts that are resolved come before those that are open, accepted offers after all others")
  func order() throws {
    var resolved = Sample.alert(2)
    resolved.state = .resolved
    let alerts = AlertRows.bind([Sample.alert(1), resolved])
    #expect(alerts.values[6] == .encoded(texts(["resolved", "open"])))
    let task = TaskID(high: 1, low: 1)
    let offers = OfferRows.bind([
      Sample.offer(1, task: task, state: .accepted), Sample.offer(2, task: task, state: .finished),
    ])
    #expect(offers.values[5] == .encoded(texts(["finished", "accepted"])))
  }

  private func texts(_ values: [String]) -> PQArray {
    var array = PQArray(.textArray, of: .text, capacity: values.count)
    for value in values { array.append(value) }
    return array
  }
}
