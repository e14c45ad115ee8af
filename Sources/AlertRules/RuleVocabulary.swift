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
      CELField("plan", .map(.string, .dyn), maxSize: RuleLimits.thresholds),
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
    name: "alert",
    fields: [
      CELField("class", .string, maxSize: 16), CELField("severity", .int),
      CELField("labels", .map(.string, .string), maxSize: AlertLabel.maximumCount),
    ])

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
      CELField("labels", .map(.string, .string), maxSize: AlertLabel.maximumCount),
    ])

  /// The case around an alert, for its conditions: who has it, what was heard, and the calls made.
  static let caseRecord = CELRecordType(
    name: "case",
    fields: [
      CELField("holder", .string, maxSize: 36),
      CELField("verdict", .string, maxSize: 16),
      CELField("calls", .int),
      CELField("lastCall", .string, maxSize: 16),
      CELField("secondsOpen", .int),
    ])

  /// A member of staff, for `who` and `order`.
  static let staff = CELRecordType(
    name: "staff",
    fields: [
      CELField("id", .string, maxSize: 36),
      CELField("roles", .list(.string), maxSize: StaffRole.allCases.count),
      CELField("skills", .list(.string), maxSize: StaffMember.maximumSkills),
      CELField("districts", .list(.int), maxSize: 64),
      CELField("distance", .double, isOptional: true),
      CELField("hasOpenOffer", .bool),
    ])

  /// A person with where he or she is, for `correlate`.
  static let residentWhere = CELRecordType(
    name: "resident",
    fields: resident.fields + [
      CELField("admitted", .bool, isOptional: true),
      CELField("away", .bool, isOptional: true),
      CELField("atHome", .bool, isOptional: true),
      CELField("intervals", .list(.string), isOptional: true, maxSize: RuleLimits.intervals),
    ])

  /// A home with who is there, for `correlate`.
  static let dwellingWithPeople = CELRecordType(
    name: "dwelling",
    fields: dwelling.fields + [
      CELField("atHome", .list(.string), isOptional: true, maxSize: RuleLimits.peopleAtHome),
      CELField("intervals", .list(.string), isOptional: true, maxSize: RuleLimits.intervals),
    ])

  /// For `classify`: slots as ``RuleActivation`` fills them.
  static let classify = environment(signalVariables)
  /// For `alert` and `route`: the same with `alert` in the last slot.
  static let routing = environment(signalVariables + [("alert", .record(decided))])
  /// For `on`, `skipIf`, `when` and `until`: slots as ``CaseCondition`` fills them.
  static let cases = environment([
    ("alert", .record(caseAlert)), ("resident", .record(resident)), ("now", .timestamp),
    ("case", .record(caseRecord)),
  ])
  /// For `who` and `order`: slots as ``StaffChoice`` fills them.
  static let staffChoice = environment([
    ("staff", .record(staff)), ("alert", .record(caseAlert)), ("resident", .record(resident)),
    ("now", .timestamp),
  ])

  /// For `while` of `correlate`: what is around the subject of an instance, without a signal.
  static let surroundings = environment(around + [("now", .timestamp)])
  /// For the other conditions of `correlate`: slots as ``CorrelationReader`` fills them.
  static let correlate = environment(signalFirst)
  /// For `b` of a sequence: the same with the first signal in the last slot.
  static let second = environment(signalFirst + [("a", .record(signal))])
  /// The slot of `a`.
  static let earlierSlot = signalFirst.count

  private static let signalFirst = [("signal", CELType.record(signal))] + around + [("now", .timestamp)]
  private static let around: [(String, CELType)] = [
    ("resident", .record(residentWhere)), ("device", .record(device)), ("dwelling", .record(dwellingWithPeople)),
    ("hospital", .record(hospital)),
  ]

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
