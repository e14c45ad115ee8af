import CareModel

/// The register in the database, for the console and for administration.
package protocol RegisterStore: Sendable {
  /// Inserts or replaces rows in one transaction, appends to `reference_change` and notifies.
  /// - Throws: ``StoreProblem``.
  func save(_ rows: [RegisterChange]) async throws(StoreProblem)
  /// Rows of a kind, ordered by id, at most `limit` (1-500), after the cursor.
  func list(_ kind: RegisterKind, after cursor: String?, limit: Int) async throws(StoreProblem) -> RegisterPage
  /// One row by its id (a UUID, or the serial of a device, the code of a hospital).
  func find(_ kind: RegisterKind, id: String) async throws(StoreProblem) -> RegisterChange?
  /// Register changes above a version, with the version reached; the engine's hint and every 5 s.
  func changes(after version: Int64) async throws(StoreProblem) -> (changes: [RegisterChange], version: Int64)
  /// The account behind a bearer token's SHA-256 digest; nil when there is none or it is revoked or expired.
  func account(tokenDigest: [UInt8], now: Timestamp) async throws(StoreProblem) -> Account?
  /// Makes an account with a token of which only the digest is kept.
  func createAccount(_ account: Account, tokenDigest: [UInt8], expiresAt: Timestamp?) async throws(StoreProblem)
}

/// The record in the database, for the console.
package protocol HistoryStore: Sendable {
  /// Timeline entries of a case since a moment, oldest first, at most `limit`; each a JSON object's text.
  func timeline(_ caseKey: CaseKey, since: Timestamp, limit: Int) async throws(StoreProblem) -> [String]
  /// One alert in any state; nil when there is none.
  func recordedAlert(_ id: AlertID) async throws(StoreProblem) -> RecordedAlert?
  /// Stored event-stream entries after an id; none when nothing came later, nil when the id is unknown or older than
  /// the stream keeps. The ordinal `Int.max` stands for the end of its commit.
  func events(after id: EventID, limit: Int, now: Timestamp) async throws(StoreProblem) -> [StoredEvent]?
  /// Alerts by state and time, newest first, after the cursor, at most `limit`; each a JSON object's text.
  func alerts(resolved: Bool, after cursor: String?, limit: Int) async throws(StoreProblem) -> HistoryPage
  /// Suspensions of a person in any state by their start, newest first, after the cursor, at most `limit`; each a JSON
  /// object's text.
  func suspensions(of resident: ResidentID, after cursor: String?, limit: Int) async throws(StoreProblem) -> HistoryPage
  /// One suspension in any state; nil when there is none.
  func recordedSuspension(_ id: SuspensionID) async throws(StoreProblem) -> Suspension?
  /// Signals of a device, newest first.
  func signals(serial: String?, after cursor: String?, limit: Int) async throws(StoreProblem) -> HistoryPage
}

/// The kinds of register rows; the raw value is the route.
package enum RegisterKind: String, Sendable, CaseIterable {
  case residents, dwellings, contacts, devices, staff, shifts, parties, hospitals
}

/// A page of register rows.
package struct RegisterPage: Sendable {
  /// The rows.
  package var rows: [RegisterChange]
  /// Where the next page starts; nil at the end.
  package var next: String?
  /// A page.
  package init(rows: [RegisterChange], next: String?) {
    self.rows = rows
    self.next = next
  }
}

/// A page of the record.
package struct HistoryPage: Sendable {
  /// JSON objects, as text.
  package var rows: [String]
  /// Where the next page starts; nil at the end.
  package var next: String?
  /// A page.
  package init(rows: [String], next: String?) {
    self.rows = rows
    self.next = next
  }
}

/// An alert of the record.
package struct RecordedAlert: Sendable, Equatable {
  /// The alert as a JSON object's text.
  package var json: String
  /// The district whose people may see it.
  package var district: DistrictID
  /// The case whose timeline is the alert's.
  package var caseKey: CaseKey
  /// When it was opened.
  package var openedAt: Timestamp

  /// An alert of the record.
  package init(json: String, district: DistrictID, caseKey: CaseKey, openedAt: Timestamp) {
    self.json = json
    self.district = district
    self.caseKey = caseKey
    self.openedAt = openedAt
  }
}

/// Who a bearer token is.
package struct Account: Sendable, Equatable {
  /// What an account may do (interfaces page, section 4).
  package enum Role: String, Sendable, CaseIterable {
    case device, hospital, dispatcher, staff, doctor, family, provider, supervisor, administrator, auditor
  }

  /// The name, unique.
  package var name: String
  /// What it may do.
  package var role: Role
  /// The staff member behind it; dispatchers and staff have one.
  package var staff: StaffID?
  /// The device or hospital that it speaks for.
  package var sender: String?
  /// Districts that it may see; empty = all.
  package var districts: [DistrictID]

  /// An account.
  package init(name: String, role: Role, staff: StaffID?, sender: String?, districts: [DistrictID]) {
    self.name = name
    self.role = role
    self.staff = staff
    self.sender = sender
    self.districts = districts
  }
}

/// The id of an event-stream entry: `s1:48213.2`.
package struct EventID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The shard's name.
  package var shard: String
  /// The commit's number.
  package var commit: Int64
  /// The entry within the commit.
  package var ordinal: Int

  /// An id from its parts.
  package init(shard: String, commit: Int64, ordinal: Int) {
    self.shard = shard
    self.commit = commit
    self.ordinal = ordinal
  }

  /// Reads the text form; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 2, let commit = Int64(numbers[0]), let ordinal = Int(numbers[1]) else { return nil }
    self.init(shard: String(parts[0]), commit: commit, ordinal: ordinal)
  }

  package var description: String { "\(shard):\(commit).\(ordinal)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.commit, left.ordinal) < (right.commit, right.ordinal)
  }
}

/// An event-stream entry with its JSON text.
package struct StoredEvent: Sendable, Equatable {
  /// The id.
  package var id: EventID
  /// The district whose people may see it.
  package var district: DistrictID
  /// The `type` (``CareEvent/Kind``).
  package var type: String
  /// The JSON object's text.
  package var json: String

  /// An entry.
  package init(id: EventID, district: DistrictID, type: String, json: String) {
    self.id = id
    self.district = district
    self.type = type
    self.json = json
  }
}

/// Why the database could not do something; without values of rows.
package struct StoreProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of problem.
  package enum Code: Sendable, Equatable {
    /// Not reachable, or too slow: try again.
    case unavailable
    /// The rows contradict each other or the schema.
    case conflict
    /// The request itself is wrong (a cursor that is none).
    case invalid
  }

  /// What kind.
  package var code: Code
  /// One sentence.
  package var description: String

  /// A problem.
  package init(code: Code, description: String) {
    self.code = code
    self.description = description
  }
}
