import AlertEngine
import CareModel

/// The commits that are not known to be durable, in order: those on their way, then those that wait. No I/O.
package struct CommitQueue {
  /// A run of consecutive commits that is one transaction.
  package struct Group: Equatable {
    /// Consecutive and not empty.
    package var commits: [Commit]
    /// Counts the groups taken from this queue.
    package var serial: Int

    /// The number of its first commit.
    package var firstNumber: Int64 { commits.first?.number ?? 0 }
    /// The number of its last commit.
    package var lastNumber: Int64 { commits.last?.number ?? 0 }
  }

  private let settings: StoreSettings
  private var commits: [Commit] = []
  /// Where the unconfirmed ones begin in `commits`.
  private var head = 0
  /// Where the unsent ones begin in `commits`.
  private var unsent = 0
  private var lastSerial = 0
  private var minimumLineage = Int.min
  /// Up to this number groups have one commit only: one of them is known to be bad.
  private var singlesThrough = Int64.min
  /// Connections that ended without a durable commit: each halves the groups, so that a slow database gets through.
  package var fruitlessConnections = 0
  /// The number of the last durable commit.
  package private(set) var confirmed: Int64

  /// An empty queue that continues after a durable commit.
  package init(confirmed: Int64, settings: StoreSettings) {
    self.confirmed = confirmed
    self.settings = settings
  }

  /// Commits that are not known to be durable.
  package var depth: Int { commits.count - head }
  /// When the input of the oldest of them came; nil when there is none.
  package var oldest: Timestamp? { head < commits.count ? commits[head].at : nil }
  /// The number of the last commit that was taken in.
  package var lastNumber: Int64 { confirmed + Int64(depth) }

  /// Takes commits in; those whose lineage has failed are passed over.
  package mutating func append(_ newCommits: [Commit]) {
    for commit in newCommits where commit.lineage >= minimumLineage {
      precondition(commit.number == lastNumber + 1, "commits are numbered without gaps")
      commits.append(commit)
    }
  }

  /// The next group to send, within the bounds; nil when nothing waits.
  package mutating func takeGroup() -> Group? {
    guard unsent < commits.count else { return nil }
    var end = unsent
    var bytes = 0
    let limit = max(1, settings.maximumGroupCommits >> min(fruitlessConnections, 16))
    while end < commits.count, end - unsent < limit {
      let isSingle = commits[end].number <= singlesThrough
      bytes += Self.weight(of: commits[end])
      if end > unsent, isSingle || bytes > settings.maximumGroupBytes { break }
      end += 1
      if isSingle { break }
    }
    lastSerial += 1
    defer { unsent = end }
    return Group(commits: Array(commits[unsent..<end]), serial: lastSerial)
  }

  /// Commits up to this number are durable.
  package mutating func confirm(through number: Int64) {
    precondition(number >= confirmed && number <= lastNumber, "what is confirmed was taken in")
    head += Int(number - confirmed)
    confirmed = number
    unsent = max(unsent, head)
    compact()
  }

  /// What is on its way was not written: it waits again.
  package mutating func rewind() { unsent = head }

  /// The group was refused for its content: its commits are sent one by one.
  package mutating func split(_ group: Group) {
    singlesThrough = group.lastNumber
    rewind()
  }

  /// The first unconfirmed commit is refused alone: it goes, and with it all of its lineage that follows.
  package mutating func dropFailedLineage() {
    guard head < commits.count else { return }
    minimumLineage = commits[head].lineage + 1
    commits = commits[head...].filter { $0.lineage >= minimumLineage }
    head = 0
    unsent = 0
    singlesThrough = .min
  }

  /// Frees what is confirmed when it is more than what is not, so that the cost stays proportional.
  private mutating func compact() {
    guard head > 1024, head > commits.count / 2 else { return }
    commits.removeFirst(head)
    unsent -= head
    head = 0
  }

  /// About how many bytes a commit takes on the wire: its raw message and a flat figure for every row.
  static func weight(of commit: Commit) -> Int {
    let caseRows = commit.alerts.count + commit.tasks.count + commit.offers.count + commit.stays.count
    let otherRows = commit.reminders.count + commit.calls.count + commit.notifications.count
    let marks = commit.outboxMarks.count + commit.commitments.count
    return (commit.signal?.signal.raw.count ?? 0) + 1024 * (caseRows + otherRows + commit.events.count) + 128 * marks
  }
}
