import CareJSON
import CareModel
import EngineHost
import JSONText
import PQ

extension PostgresHistory {
  private static let columns = """
    received_at, id, district_id, feed, sender, serial, kind, occurred_at, battery_percent, zone, value, oddities,
    resident_id, dwelling_id, alert_id, alert_class, reason, rule_set_hash, message_id, octet_length(raw)
    """
  private static let ofDevice = Statement(
    name: "signals_of_device",
    sql: """
      select \(columns) from signal
      where serial = $4 and received_at <= $1 and (received_at < $1 or id < $2)
      order by received_at desc, id desc limit $3
      """, parameterTypes: [.timestamptz, .uuid, .int4, .text])
  /// Looks no further back than `$4`: the index on the time is a coarse one.
  private static let ofAll = Statement(
    name: "signals",
    sql: """
      select \(columns) from signal
      where received_at >= $4 and received_at <= $1 and (received_at < $1 or id < $2)
      order by received_at desc, id desc limit $3
      """, parameterTypes: [.timestamptz, .uuid, .int4, .timestamptz])
  private static let databaseTime = Statement(name: "database_time", sql: "select now()")
  /// How far back is looked, one after the other, until a page is full; what is older comes with everything.
  private static let looks = [TimeSpan.minutes(10), .hours(6)]

  /// Signals by the time of receipt, newest first, of one device or of all; without the raw message.
  package func signals(
    serial: String?, after cursor: String?, limit: Int
  ) async throws(StoreProblem) -> HistoryPage {
    let limit = try bounded(limit)
    let start = try HistoryCursor(cursor, orStart: HistoryCursor(at: HistoryCursor.latest, id: HistoryCursor.lastID))
    let range: [PQValue] = [.timestamptz(start.at.microseconds), .uuid(start.id), .int4(limit + 1)]
    do {
      let rows =
        if let serial {
          try await pool.query(Self.ofDevice.bind(range + [.text(serial)]))
        } else {
          try await newest(range, before: cursor == nil ? nil : start.at, enough: Int(limit) + 1)
        }
      return try page(rows, limit) { row in
        (try Self.json(row), HistoryCursor(at: try row.time(0), id: try row.uuid(1)))
      }
    } catch { throw StoreProblem(error) }
  }

  /// Signals of all senders. The time of the database chooses how far to look first, never what is found.
  private func newest(_ range: [PQValue], before end: Timestamp?, enough: Int) async throws -> PQRows {
    var end = end
    if end == nil { end = try await pool.query(Self.databaseTime.bind()).first.time(0) }
    for look in Self.looks {
      guard let end else { break }
      let from = max(end - look, Self.earliest)
      let rows = try await pool.query(Self.ofAll.bind(range + [.timestamptz(from.microseconds)]))
      if rows.count >= enough { return rows }
    }
    return try await pool.query(Self.ofAll.bind(range + [.timestamptz(Self.earliest.microseconds)]))
  }

  /// Members: `id receivedAt district feed sender serial kind occurredAt battery zone value oddities resident dwelling
  /// alert class reason ruleSetHash messageID rawBytes` (a count: what came stays in the database).
  private static func json(_ row: PQRow) throws -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("id", try row.id(1) as SignalID)
    writer.member("receivedAt", try row.time(0))
    writer.member("district", try row.int4(2))
    writer.member("feed", try row.text(3))
    writer.member("sender", try row.text(4))
    writer.member("serial", try row.textOrNil(5))
    writer.member("kind", try row.text(6))
    writer.member("occurredAt", try row.timeOrNil(7))
    writer.member("battery", try row.int4OrNil(8))
    writer.member("zone", try row.textOrNil(9))
    writer.member("value", try row.doubleOrNil(10))
    let oddities = try row.text(11)
    writer.arrayMember("oddities") { list in
      for oddity in oddities.split(separator: ",") { list.value(String(oddity)) }
    }
    writer.member("resident", try row.idOrNil(12) as ResidentID?)
    writer.member("dwelling", try row.idOrNil(13) as DwellingID?)
    writer.member("alert", try row.idOrNil(14) as AlertID?)
    writer.member("class", try row.textOrNil(15))
    writer.member("reason", try row.textOrNil(16))
    writer.member("ruleSetHash", try row.text(17))
    writer.member("messageID", try row.textOrNil(18))
    writer.member("rawBytes", try row.int4(19))
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
