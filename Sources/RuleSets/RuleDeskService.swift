import CareModel
import EngineHost
import JSONText
import RuleFiles

/// Answers what supervisors ask of the rules, over the office; what it puts in force decides at once.
package struct RuleDeskService: RuleDesk {
  /// Longest time that is compared.
  package static let longestSince = TimeSpan.hours(24 * 31)

  private let office: RuleOffice
  private let explainer: Explainer?
  private let activated: @Sendable () async -> Void

  /// A desk.
  ///
  /// - Parameter activated: called when a version was put in force.
  package init(
    office: RuleOffice, explainer: Explainer? = nil, activated: @escaping @Sendable () async -> Void = {}
  ) {
    self.office = office
    self.explainer = explainer
    self.activated = activated
  }

  /// Does one request.
  package func answer(_ request: RuleRequest) async -> RuleAnswer {
    do {
      return try await perform(request)
    } catch {
      return .problem(503, "unavailable", "The database cannot be reached; open work goes on.")
    }
  }

  private func perform(_ request: RuleRequest) async throws -> RuleAnswer {
    switch request {
    case .list(let before, let limit):
      let versions = try await office.store.ruleVersions(before: before, limit: limit)
      return .object { object in
        object.arrayMember("items") { array in for version in versions { version.write(to: &array) } }
        object.member("next", versions.count == limit ? versions.last.map { String($0.version) } : nil)
      }
    case .read(let number):
      guard let version = try await office.store.rules(version: number) else { return .notFound }
      var writer = JSONWriter()
      version.write(to: &writer)
      return RuleAnswer(json: writer.bytes)
    case .check(let text):
      let check = RuleCheck(Array(text.utf8), name: "rules", staff: try await office.store.staff())
      return .object { check.write(to: &$0) }
    case .diff(let text, let since): return try await diff(text, since)
    case .activate(let text, let by, let second, let reason):
      let signature = RuleOffice.Signature(by: by, second: second, reason: reason)
      return await answer(to: try await office.activate(Array(text.utf8), name: "rules", signature))
    case .rollback(let version, let by, let second):
      return await answer(to: try await office.rollback(to: version, .init(by: by, second: second)))
    case .explain(let alert, let isChinese):
      guard let explanation = try await explainer?.explanation(of: alert) else { return .notFound }
      return .object { explanation.write(to: &$0, isChinese: isChinese) }
    }
  }

  private func diff(_ text: String, _ since: TimeSpan) async throws -> RuleAnswer {
    guard since > .zero, since <= Self.longestSince else {
      return .problem(422, "invalid", "Between 1 hour and 31 days are compared.")
    }
    guard let active = try await office.active() else { return .notFound }
    let candidate: RuleFile
    do throws(RuleFileRefusal) {
      candidate = try RuleFiles.read(bytes: Array(text.utf8), name: "rules")
    } catch {
      return .refused(error)
    }
    let differences = try await office.compare(active.set, candidate.set, since: since)
    return .object { differences.write(to: &$0) }
  }

  private func answer(to outcome: RuleOffice.Outcome) async -> RuleAnswer {
    if case .activated = outcome { await activated() }
    return Self.answer(to: outcome)
  }

  /// What became of a wish to put a version in force, as JSON.
  package static func json(of outcome: RuleOffice.Outcome) -> [UInt8] { answer(to: outcome).json }

  private static func answer(to outcome: RuleOffice.Outcome) -> RuleAnswer {
    switch outcome {
    case .activated(let version, let dryRun): return .version(version, isNew: true, dryRun)
    case .unchanged(let version): return .version(version, isNew: false, nil)
    case .refused(let refusal): return .refused(refusal)
    case .unsafe(let dryRun):
      return .problem(409, "askedLater", "Life signals would be worse off: two people must sign. " + dryRun.summary) {
        object in object.objectMember("dryRun") { dryRun.write(to: &$0) }
      }
    case .overtaken: return .problem(409, "conflict", "Another version was put in force meanwhile: compare again.")
    case .badSignature(let message): return .problem(422, "invalid", message)
    case .noVersion: return .notFound
    }
  }
}

extension RuleAnswer {
  static let notFound = problem(404, "notFound", "There is no such thing here.")

  static func object(status: Int = 200, _ body: (inout JSONWriter) -> Void) -> RuleAnswer {
    var writer = JSONWriter()
    writer.object(body)
    return RuleAnswer(status: status, json: writer.bytes)
  }

  static func problem(
    _ status: Int, _ code: String, _ title: String, _ more: (inout JSONWriter) -> Void = { _ in }
  ) -> RuleAnswer {
    object(status: status) { object in
      object.member("type", "urn:silverbell:problem:" + code)
      object.member("title", title)
      object.member("status", status)
      object.member("code", code)
      more(&object)
    }
  }

  static func refused(_ refusal: RuleFileRefusal) -> RuleAnswer {
    problem(422, "rulesRefused", "The rules are refused: \(refusal.problems.first?.description ?? "")") { object in
      object.arrayMember("problems") { array in for problem in refusal.problems { problem.write(to: &array) } }
    }
  }

  static func version(_ version: RuleVersion, isNew: Bool, _ dryRun: DryRun?) -> RuleAnswer {
    object { object in
      object.key("version")
      var listed = version
      listed.body = []
      listed.write(to: &object)
      object.member("isNew", isNew)
      if let dryRun { object.objectMember("dryRun") { dryRun.write(to: &$0) } }
    }
  }
}
