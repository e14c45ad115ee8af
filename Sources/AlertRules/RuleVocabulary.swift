import CEL
import CareModel

/// The records and variables that expressions see. Fields marked optional are absent unless known; reading an absent
/// one is an error, so conditions test `resident.known` or `has(signal.battery)` first.
enum RuleVocabulary {
  static let signal = CELRecordType(
    name: "signal",
    fields: [
      CELField("kind", .string, maxSize: 32),
      CELField("group", .string, maxSize: 16),
      CELField("feed", .string, maxSize: 16),
      CELField("sender", .string, maxSize: Signal.maximumTextBytes),
      CELField("serial", .string, maxSize: Signal.maximumTextBytes),
      CELField("origin", .string, maxSize: Signal.maximumTextBytes),
      CELField("battery", .int, isOptional: true),
      CELField("zone", .string, isOptional: true, maxSize: Signal.maximumTextBytes),
      CELField("value", .double, isOptional: true),
      CELField("hospitalCode", .string, isOptional: true, maxSize: 64),
      CELField("patientClass", .string, isOptional: true, maxSize: 16),
      CELField("oddities", .list(.string), maxSize: SignalOddity.allCases.count),
      CELField("hasOddity", .bool),
    ])

  static let resident = CELRecordType(
    name: "resident",
    fields: [
      CELField("known", .bool),
      CELField("id", .string, isOptional: true, maxSize: 36),
      CELField("risk", .int, isOptional: true),
      CELField("canSpeak", .bool, isOptional: true),
      CELField("district", .int, isOptional: true),
      CELField("lifecycle", .string, isOptional: true, maxSize: 16),
    ])

  static let device = CELRecordType(
    name: "device",
    fields: [
      CELField("known", .bool),
      CELField("district", .int, isOptional: true),
      CELField("heartbeatSeconds", .int, isOptional: true),
      CELField("isWorn", .bool, isOptional: true),
    ])

  static let dwelling = CELRecordType(
    name: "dwelling",
    fields: [
      CELField("known", .bool),
      CELField("id", .string, isOptional: true, maxSize: 36),
      CELField("district", .int, isOptional: true),
    ])

  static let hospital = CELRecordType(
    name: "hospital",
    fields: [CELField("known", .bool), CELField("since", .timestamp, isOptional: true)])

  /// What `classify` has decided, for `alert` and `route`.
  static let decided = CELRecordType(
    name: "alert", fields: [CELField("class", .string, maxSize: 16), CELField("severity", .int)])

  /// An alert as it is now, for conditions on a case.
  static let caseAlert = CELRecordType(
    name: "alert",
    fields: [
      CELField("kind", .string, maxSize: 32),
      CELField("class", .string, maxSize: 16),
      CELField("severity", .int),
      CELField("signals", .int),
      CELField("raised", .int),
      CELField("verdict", .string, maxSize: 16),
      CELField("held", .bool),
      CELField("state", .string, maxSize: 16),
      CELField("openedAt", .timestamp),
      CELField("secondsOpen", .int),
      CELField("oddities", .list(.string), maxSize: SignalOddity.allCases.count),
      CELField("inHospital", .bool),
    ])

  /// For `classify`: slots as ``RuleActivation`` fills them.
  static let classify = environment(signalVariables)
  /// For `alert` and `route`: the same with `alert` in the last slot.
  static let routing = environment(signalVariables + [("alert", .record(decided))])
  /// For `on` and `skipIf`: slots as ``CaseActivation`` fills them.
  static let cases = environment([
    ("alert", .record(caseAlert)), ("resident", .record(resident)), ("now", .timestamp),
  ])

  private static let signalVariables: [(String, CELType)] = [
    ("signal", .record(signal)), ("resident", .record(resident)), ("device", .record(device)),
    ("dwelling", .record(dwelling)), ("hospital", .record(hospital)), ("now", .timestamp),
  ]

  private static func environment(_ variables: [(String, CELType)]) -> CELEnvironment {
    var limits = CELLimits.standard
    limits.maxSourceBytes = 8192
    limits.maxEstimatedCost = RuleLimits.expressionCost
    limits.defaultMaxSize = 32
    limits.maxRunCost = 10 * RuleLimits.expressionCost
    var environment = CELEnvironment(limits: limits)
    for (name, type) in variables {
      do {
        try environment.declare(name, type)
      } catch {
        preconditionFailure("the vocabulary declares each name once")
      }
    }
    return environment
  }
}
