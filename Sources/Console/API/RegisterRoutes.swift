import CareJSON
import CareModel
import EngineHost
import HTTPTypes
import JSONText

/// The register: list, read and write, by role and district.
struct RegisterRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk

  var routes: [Route] {
    RegisterKind.allCases.flatMap(routes) + [secret(.devices), secret(.staff)]
  }

  private func routes(_ kind: RegisterKind) -> [Route] {
    let path = "/api/v1/" + kind.rawValue
    let name = kind.schemaName
    let row = Schema.reference(name)
    return [
      .get(
        path, .watchers,
        RouteDescription(
          operation: "list" + name, summary: "Rows by id.", query: [.limit, .cursor], answer: .page(of: name))
      ) { request async throws(Problem) in try await list(request, kind) },
      .get(path + "/{id}", .watchers, RouteDescription(operation: "read" + name, summary: "One row.", answer: row)) {
        request async throws(Problem) in try await read(request, kind)
      },
      .post(
        path, [.administrator],
        RouteDescription(
          operation: "create" + name, summary: "A new row; without an id it gets one.",
          body: .reference(name + "Body"), status: 201, answer: row)
      ) { request async throws(Problem) in try await create(request, kind) },
      Route(
        method: .put, path: path + "/{id}", roles: [.administrator],
        description: RouteDescription(
          operation: "write" + name, summary: "The whole row as it shall be, new or not.",
          body: .reference(name + "Body"), answer: row),
        handle: { request async throws(Problem) in try await write(request, kind) }),
    ]
  }

  private func secret(_ kind: RegisterKind) -> Route {
    Route(
      method: .post, path: "/api/v1/\(kind.rawValue)/{id}/secret", roles: [.administrator],
      description: RouteDescription(
        operation: "renew\(kind.schemaName)Secret", summary: "Makes a new secret, shown this once; the old one ends.",
        answer: .reference("Secret")),
      isReplayable: false,
      handle: { request async throws(Problem) in try await renewSecret(request, kind) })
  }

  private func list(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let limit = try request.limit()
    let page = try await desk.stored { () async throws(StoreProblem) in
      try await ports.register.list(kind, after: request.query["cursor"], limit: limit)
    }
    var rows: [[UInt8]] = []
    for row in page.rows where try await sees(account, row) { rows.append(row.jsonBytes) }
    return .page(rows, next: page.next)
  }

  private func read(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> APIResponse {
    .json(try await row(request, kind).jsonBytes)
  }

  private func create(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> APIResponse {
    let made = ports.makeID()
    let isNamed = try request.json()[kind.hasMadeID ? "id" : "serial"] != nil
    let id = kind.hasMadeID && !isNamed ? ResidentID(high: made.high, low: made.low).description : nil
    let row = try request.read { body throws(CareJSONError) in try kind.row(body, id: id) }
    if try await desk.registered(kind, row.name) != nil {
      throw Problem(409, "exists", "There is such a row already; write it with PUT.")
    }
    try await save(row, for: request.account())
    var response = APIResponse.json(row.jsonBytes, status: 201)
    if kind.hasMadeID { response.headers[.location] = "/api/v1/\(kind.rawValue)/\(row.name)" }
    return response
  }

  private func write(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> APIResponse {
    let id = try request.parameter("id")
    guard kind.isName(id) else { throw Problem.notFound }
    let new = try request.read { body throws(CareJSONError) in try kind.row(body, id: id) }
    let old = try await desk.registered(kind, id)
    if let old {
      guard try await sees(request.account(), old) else { throw Problem.notFound }
      guard try await mayWrite(request.account(), old) else { throw Problem.outsideDistricts }
    }
    let row = new.keepingSecret(of: old)
    try await save(row, for: request.account())
    return .json(row.jsonBytes)
  }

  private func renewSecret(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> APIResponse {
    let old = try await row(request, kind)
    let secret = ports.makeSecret()
    guard let row = old.with(secretDigest: secret.digest) else { throw Problem.notFound }
    try await save(row, for: request.account())
    return .object { object in
      object.member("name", row.name)
      object.member("secret", secret.text)
    }
  }

  private func row(_ request: APIRequest, _ kind: RegisterKind) async throws(Problem) -> RegisterChange {
    let id = try request.parameter("id")
    guard kind.isName(id), let row = try await desk.registered(kind, id), try await sees(request.account(), row) else {
      throw Problem.notFound
    }
    return row
  }

  private func save(_ row: RegisterChange, for account: Account) async throws(Problem) {
    guard try await mayWrite(account, row) else { throw Problem.outsideDistricts }
    try await desk.stored { () async throws(StoreProblem) in try await ports.register.save([row]) }
  }

  /// Residents, dwellings and devices belong to a district, contacts to their resident's; the rest is for everybody's
  /// eyes.
  private func sees(_ account: Account, _ row: RegisterChange) async throws(Problem) -> Bool {
    guard !account.districts.isEmpty else { return true }
    switch row {
    case .resident(let row): return account.sees(row.district)
    case .dwelling(let row): return account.sees(row.district)
    case .device(let row): return account.sees(row.district)
    case .contact(let row):
      let subject = try await desk.registered(.residents, row.resident.description)
      guard case .resident(let resident) = subject else { return false }
      return account.sees(resident.district)
    default: return true
    }
  }

  /// What is seen may be written, except what reaches beyond the account's districts: staff who serve others too, their
  /// shifts, and parties and hospitals, which have no district.
  private func mayWrite(_ account: Account, _ row: RegisterChange) async throws(Problem) -> Bool {
    guard !account.districts.isEmpty else { return true }
    switch row {
    case .staff(let row): return account.manages(row)
    case .shift(let row):
      guard case .staff(let member) = try await desk.registered(.staff, row.staff.description) else { return false }
      return account.manages(member)
    case .party, .hospital: return false
    default: return try await sees(account, row)
    }
  }
}

extension Account {
  /// Whether the person serves this account's districts only.
  fileprivate func manages(_ member: StaffMember) -> Bool {
    districts.isEmpty || !member.districts.isEmpty && member.districts.allSatisfy(districts.contains)
  }
}

extension Problem {
  static let outsideDistricts = Problem(403, "outsideDistricts", "This account may not write rows of that district.")
}
