import CareModel
import PQ
import Synchronization

/// How far the partitions reach, as of the last look: known without asking the database.
package final class PartitionHorizon: Sendable {
  /// The last month with all months before it since the one looked from; counted from year 0.
  private let lastMonth = Atomic<Int64>(0)

  /// Nothing is known yet: no month has a partition.
  package init() {}

  /// `ensure_partitions` has said how many months after the one of `now` exist.
  package func reaches(_ months: Int64, after now: Timestamp) {
    lastMonth.store(Self.month(of: now) + months, ordering: .relaxed)
  }

  /// Months after the one of `now` that have a partition; negative when not even that one has.
  package func monthsAhead(of now: Timestamp) -> Int64 {
    let last = lastMonth.load(ordering: .relaxed)
    return last == 0 ? 0 : last - Self.month(of: now)
  }

  /// How many months after the one of `now` have a partition, without making any.
  package static func look(on connection: PQConnection, now: Timestamp) async throws(PQError) -> Int64 {
    try await connection.query(
      """
      select count(*) from generate_series(1, 3) as step where to_regclass('signal_' || to_char(
        date_trunc('month', $1 at time zone 'UTC') + step * interval '1 month', 'YYYYMM')) is not null
      """, [.timestamptz(now.microseconds)]
    ).first.int8(0)
  }

  private static func month(of moment: Timestamp) -> Int64 {
    let day: Int64 = 86_400_000_000
    let date = civilDate(daysSince1970: moment.microseconds / day - (moment.microseconds % day < 0 ? 1 : 0))
    return date.year * 12 + date.month - 1
  }
}
