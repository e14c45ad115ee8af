import AlertRules
import CareJSON
import CareModel
import EngineHost
import JSONText
import RuleFiles

/// Tells from the record how an alert came about and who was asked.
package struct Explainer: Sendable {
  /// Most signals that are explained; an alert with more says so.
  package static let maximumSignals = 50
  /// Most timeline entries that are read.
  package static let maximumEntries = 500

  private let rules: any RuleStore
  private let history: any HistoryStore
  private let register: any RegisterStore

  /// An explainer over the record.
  package init(rules: any RuleStore, history: any HistoryStore, register: any RegisterStore) {
    self.rules = rules
    self.history = history
    self.register = register
  }

  /// The alert of an id that names an alert or a task; nil when there is neither.
  package func alert(named text: String) async throws -> AlertID? {
    guard let id = AlertID(text) else { return nil }
    if try await history.recordedAlert(id) != nil { return id }
    return try await rules.alert(of: id.cast(to: WorkTask.self))
  }

  /// The explanation; nil when there is no such alert.
  package func explanation(of id: AlertID) async throws -> Explanation? {
    guard let recorded = try await history.recordedAlert(id), let alert = try? Alert(recordText: recorded.json) else {
      return nil
    }
    let signals = try await rules.decidedSignals(
      of: id, from: alert.openedAt, to: alert.lastSignalAt, limit: Self.maximumSignals)
    var explanation = Explanation(alert: id, state: alert.state, signals: [], sentences: [])
    for signal in signals { try await add(signal, of: alert, to: &explanation) }
    let entries = try await history.timeline(
      alert.caseKey, since: alert.openedAt, limit: Self.maximumEntries)
    var story = CaseStory(alert: id)
    for entry in entries { story.add(entry) }
    explanation.sentences += story.sentences
    if entries.count == Self.maximumEntries {
      explanation.sentences.append(
        .init(
          at: nil, chinese: "时间线更长,此处只读了前 \(entries.count) 条。",
          english: "The timeline is longer; its first \(entries.count) entries were read."))
    }
    return explanation
  }

  // MARK: signals

  private func add(_ signal: DecidedSignal, of alert: Alert, to explanation: inout Explanation) async throws {
    let replayed = signal.replayed
    let version = try await rules.rules(hash: signal.ruleSetHash)
    var findings: [RuleFinding] = []
    if let version, let file = try? RuleFiles.read(bytes: version.body, name: "rules") {
      findings = file.set.findings(try await facts(of: replayed, alert))
    }
    explanation.signals.append(
      .init(
        id: replayed.id, at: replayed.receivedAt, kind: replayed.signal.kind, hash: signal.ruleSetHash,
        version: version?.version, reason: signal.reason, findings: findings))
    let name = version.map { "\($0.version) (\(signal.ruleSetHash.prefix(12)))" } ?? "\(signal.ruleSetHash.prefix(12))"
    let kind = replayed.signal.kind.rawValue
    let what = signal.alertClass?.rawValue ?? "-"
    explanation.sentences.append(
      .init(
        at: replayed.receivedAt, chinese: "收到信号 \(kind),规则版本 \(name) 判为 \(what):\(signal.reason)",
        english: "signal \(kind); rule version \(name) decided \(what): \(signal.reason)"))
    explanation.sentences += findings.map { $0.sentence() }
    if findings.isEmpty {
      explanation.sentences.append(
        .init(
          at: nil, chinese: "这一版规则没有存档,无法逐条复核。",
          english: "This version of the rules is not stored: its rules cannot be shown one by one."))
    }
  }

  /// The facts as the register has them now.
  private func facts(of signal: ReplayedSignal, _ alert: Alert) async throws -> RuleFacts {
    var facts = RuleFacts(
      signal: signal.signal, device: nil, resident: nil, dwelling: nil, hospitalSince: alert.hospitalSince,
      now: signal.receivedAt)
    if let serial = signal.signal.source.serial,
      case .device(let device) = try await register.find(.devices, id: serial)
    {
      facts.device = device
    }
    if let id = facts.device?.resident ?? alert.resident,
      case .resident(let resident) = try await register.find(.residents, id: id.description)
    {
      facts.resident = resident
    }
    if let id = facts.device?.dwelling ?? facts.resident?.dwelling,
      case .dwelling(let dwelling) = try await register.find(.dwellings, id: id.description)
    {
      facts.dwelling = dwelling
    }
    return facts
  }
}

/// The timeline of one alert, told in sentences.
struct CaseStory {
  private let alert: String
  private var tasks: Set<String> = []
  private(set) var sentences: [Explanation.Sentence] = []
  private var state = "-"

  init(alert: AlertID) { self.alert = alert.description }

  /// Takes one timeline entry as it is stored.
  mutating func add(_ json: String) {
    guard let entry = try? JSONValue(parsing: Array(json.utf8)), let type = entry["type"]?.string,
      let at = entry["at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else { return }
    let text = entry["text"]?.string ?? ""
    if let alert = entry["alert"], alert["id"]?.string == self.alert {
      tell(alert, type, text, at)
    } else if let task = entry["task"], task["alert"]?.string == alert, let id = task["id"]?.string {
      tasks.insert(id)
      tell(task: task, type, text, at)
    } else if let offer = entry["offer"], let task = offer["task"]?.string, tasks.contains(task) {
      tell(offer: offer, at)
    }
  }

  private mutating func tell(_ alert: JSONValue, _ type: String, _ text: String, _ at: Timestamp) {
    let after = alert["state"]?.string ?? "-"
    let change = after == state ? "" : " [\(state) → \(after)]"
    state = after
    let tracks = (alert["tracks"]?.array ?? []).map { track in
      "\(track["track"]?.string ?? "?") \(track["state"]?.string ?? "?") \(track["step"]?.int ?? 0)"
    }.joined(separator: ", ")
    let policy = alert["policy"]?.string ?? "?"
    let detail = text.isEmpty ? "" : " (\(text))"
    let words = Self.words[type] ?? (type, type)
    let path = type == "alert.opened" ? (" 方案 \(policy)", " policy \(policy)") : ("", "")
    let place = tracks.isEmpty ? "" : " {\(tracks)}"
    sentences.append(
      .init(
        at: at, chinese: "\(words.0)\(path.0)\(detail)\(change)\(place)",
        english: "\(words.1)\(path.1)\(detail)\(change)\(place)"))
  }

  private mutating func tell(task: JSONValue, _ type: String, _ text: String, _ at: Timestamp) {
    let kind = task["kind"]?.string ?? "?"
    let track = task["progress"]?["track"]?.string ?? "?"
    let step = task["progress"]?["step"]?.int ?? 0
    let state = task["state"]?.string ?? "?"
    let note = task["note"]?.string.map { ", \($0)" } ?? ""
    let words = Self.words[type] ?? (type, type)
    let detail = text.isEmpty ? "" : " (\(text))"
    sentences.append(
      .init(
        at: at, chinese: "\(words.0) \(kind),线路 \(track) 第 \(step) 步,状态 \(state)\(note)\(detail)",
        english: "\(words.1) \(kind), track \(track) step \(step), \(state)\(note)\(detail)"))
  }

  private mutating func tell(offer: JSONValue, _ at: Timestamp) {
    let staff = offer["staff"]?.string ?? "?"
    let state = offer["state"]?.string ?? "?"
    let reason = offer["reason"]?.string ?? ""
    let words = Self.offers[state] ?? (state, state)
    sentences.append(
      .init(
        at: at, chinese: "派单给 \(staff):\(words.0)(理由:\(reason))",
        english: "offer to \(staff): \(words.1) (because: \(reason))"))
  }

  private static let words: [String: (String, String)] = [
    "alert.opened": ("打开告警", "alert opened,"), "alert.joined": ("并入告警", "joined the alert"),
    "alert.raised": ("告警升级", "alert raised"), "alert.escalated": ("呼叫", "asked"),
    "alert.held": ("有人接手", "taken"), "alert.released": ("退回队列", "back in the queue"),
    "alert.verified": ("已核实", "verified"), "alert.resolved": ("办结", "resolved"),
    "alert.reopened": ("重新打开", "reopened"), "alert.noted": ("备注", "noted"),
    "alert.settled": ("确定当事人", "subject settled"), "alert.changed": ("告警变化", "alert changed"),
    "task.created": ("建立工单", "task"), "task.changed": ("工单变化", "task changed:"),
    "task.escalated": ("工单上报", "task escalated:"),
  ]

  private static let offers: [String: (String, String)] = [
    "sent": ("已发出", "sent"), "accepted": ("接受", "accepted"), "declined": ("拒绝", "declined"),
    "expired": ("超时", "no answer in time"), "withdrawn": ("撤回", "withdrawn"),
    "relinquished": ("放弃", "relinquished"), "finished": ("完成", "finished"),
  ]
}
