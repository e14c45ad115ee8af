import CareJSON
import CareModel
import Crypto
import EngineHost
import Synchronization

extension World {
  private func present() throws(StoreProblem) {
    if state.withLock({ $0.isStoreAway }) { throw StoreProblem(code: .unavailable, description: "away") }
  }
}

extension World: RegisterStore {
  func save(_ rows: [RegisterChange]) async throws(StoreProblem) {
    try present()
    for row in rows { store(row) }
  }

  func store(_ row: RegisterChange) {
    let place: (RegisterKind, String)? =
      switch row {
      case .resident(let row): (.residents, row.id.description)
      case .dwelling(let row): (.dwellings, row.id.description)
      case .contact(let row): (.contacts, row.id.description)
      case .device(let row): (.devices, row.serial)
      case .staff(let row): (.staff, row.id.description)
      case .shift(let row): (.shifts, row.id.description)
      case .party(let row): (.parties, row.id.description)
      case .hospital(let row): (.hospitals, row.code)
      default: nil
      }
    if let (kind, id) = place { change { $0.rows[kind, default: [:]][id] = row } }
  }

  func list(_ kind: RegisterKind, after cursor: String?, limit: Int) async throws(StoreProblem) -> RegisterPage {
    try present()
    if cursor == "wrong" { throw StoreProblem(code: .invalid, description: "no cursor") }
    let rows = state.withLock { ($0.rows[kind] ?? [:]).sorted { $0.key < $1.key } }.filter { $0.key > cursor ?? "" }
    return RegisterPage(
      rows: rows.prefix(limit).map(\.value), next: rows.count > limit ? rows[limit - 1].key : nil)
  }

  func find(_ kind: RegisterKind, id: String) async throws(StoreProblem) -> RegisterChange? {
    try present()
    return state.withLock { $0.rows[kind]?[id] }
  }

  func changes(after version: Int64) async throws(StoreProblem) -> (changes: [RegisterChange], version: Int64) {
    ([], version)
  }

  func account(tokenDigest: [UInt8], now: Timestamp) async throws(StoreProblem) -> Account? {
    try present()
    return state.withLock { state in
      state.accountLookUps += 1
      return state.accounts[tokenDigest]
    }
  }

  func createAccount(_ account: Account, tokenDigest: [UInt8], expiresAt: Timestamp?) async throws(StoreProblem) {
    change { $0.accounts[tokenDigest] = account }
  }

  func addAccount(
    _ role: Account.Role, token: String, staff: StaffID? = nil, sender: String? = nil, districts: [DistrictID] = []
  ) {
    let account = Account(
      name: "\(role.rawValue)-\(token)", role: role, staff: staff, sender: sender, districts: districts)
    change { $0.accounts[Array(SHA256.hash(data: Array(token.utf8)))] = account }
  }
}

extension World {
  func removeAccount(token: String) {
    change { $0.accounts[Array(SHA256.hash(data: Array(token.utf8)))] = nil }
  }
}

extension World: HistoryStore {
  func timeline(_ caseKey: CaseKey, since: Timestamp, limit: Int) async throws(StoreProblem) -> [String] {
    try present()
    return state.withLock { state in
      state.events.filter { $0.event.caseKey == caseKey && $0.event.at >= since }.prefix(limit).map(\.event.jsonText)
    }
  }

  func events(after id: EventID, limit: Int, now: Timestamp) async throws(StoreProblem) -> [StoredEvent]? {
    try present()
    return state.withLock { state -> [StoredEvent]? in
      guard id.shard == "s1", id.commit >= state.droppedCommit, id.commit <= state.commit else { return nil }
      return state.events.filter { $0.id > id }.prefix(limit).map { published in
        StoredEvent(
          id: published.id, district: published.event.district, type: published.event.kind.rawValue,
          json: published.event.jsonText)
      }
    }
  }

  func recordedAlert(_ id: AlertID) async throws(StoreProblem) -> RecordedAlert? {
    try present()
    return state.withLock { $0.alerts[id] }.map { alert in
      RecordedAlert(json: alert.jsonText, district: alert.district, caseKey: alert.caseKey, openedAt: alert.openedAt)
    }
  }

  func alerts(resolved: Bool, after cursor: String?, limit: Int) async throws(StoreProblem) -> HistoryPage {
    try present()
    let all = state.withLock { state in
      state.alerts.values.filter { ($0.state == .resolved) == resolved }.sorted { $0.id > $1.id }
    }
    let rest = all.filter { cursor == nil || $0.id.description < cursor ?? "" }
    return HistoryPage(
      rows: rest.prefix(limit).map(\.jsonText), next: rest.count > limit ? rest[limit - 1].id.description : nil)
  }

  func signals(serial: String?, after cursor: String?, limit: Int) async throws(StoreProblem) -> HistoryPage {
    HistoryPage(rows: [], next: nil)
  }
}
