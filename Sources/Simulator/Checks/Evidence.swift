import AlertEngine
import CareModel

/// What was decided and when, so that it can be held against what is written.
struct Evidence {
  /// The commit of each input that made one, until it is acknowledged.
  private var commits: [InputID: Int64] = [:]
  /// The last commit decided before each input that waits for its answer.
  private var foundations: [InputID: Int64] = [:]
  private var last: Int64 = 0
  private(set) var acceptances = 0

  mutating func began(_ input: InputID) {
    // What is sent again has the same id, and the first answer may come after it.
    if foundations[input] == nil { foundations[input] = last }
  }

  mutating func decided(_ commit: Commit) {
    if foundations[commit.input] != nil { commits[commit.input] = commit.number }
    last = commit.number
    for offer in commit.offers where offer.state == .accepted { acceptances += 1 }
  }

  /// Decisions from this number on are void.
  mutating func failed(from number: Int64) {
    last = min(last, number - 1)
    commits = commits.filter { $0.value < number }
    foundations = foundations.mapValues { min($0, number - 1) }
  }

  mutating func restarted(at number: Int64) {
    last = number
    commits = [:]
    foundations = [:]
  }

  /// The commit that must be written before the input is acknowledged.
  mutating func foundation(of input: InputID) -> Int64 {
    let before = foundations.removeValue(forKey: input) ?? 0
    return max(commits.removeValue(forKey: input) ?? 0, before)
  }
}
