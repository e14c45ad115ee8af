import CareModel

/// What one input has changed so far, before it becomes a commit.
struct Draft {
  /// The input that is being stepped.
  let input: InputID
  /// Engine time.
  let now: Timestamp
  /// What is to be told to the sender.
  var acknowledgement: Acknowledgement?
  var signal: StoredSignal?
  private(set) var alerts: [AlertID] = []
  private(set) var tasks: [TaskID] = []
  private(set) var stays: [StayID] = []
  private(set) var reminders: [ReminderID] = []
  private(set) var suspensions: [SuspensionID] = []
  private(set) var offers: [Offer] = []
  var calls: [Call] = []
  /// New outbox rows, to be sent when the commit is durable.
  var notifications: [Notification] = []
  /// Sent once when the commit is durable, without an outbox row: nice to know, not needed.
  var bestEffort: [Notification] = []
  var marks: [OutboxMark] = []
  /// The cases of the marked notifications.
  var markedCases: [CaseKey] = []
  /// What the deadline that is being stepped belongs to.
  var fired: DeadlineOwner?
  var commitments: [StaffCommitment] = []
  var events: [CareEvent] = []
  /// Lines to devices that changed.
  var lines: [DeviceLine] = []
  /// Signals that `correlate` rules made.
  var emissions: [StoredSignal] = []
  /// A signal of ours is being decided.
  var isEmitting = false
  /// Instances of `correlate` rules that were touched, with how they were before.
  private(set) var correlations: [(key: CorrelationKey, instance: CorrelationInstance?)] = []
  /// Nothing but instances that changed by themselves.
  var isHousekeeping = false
  /// How many ids of each kind were made; a kind's raw value is its place.
  private var ordinals = SIMD16<Int32>()

  init(input: InputID, now: Timestamp) {
    self.input = input
    self.now = now
  }

  /// The next derived id of a kind.
  mutating func nextID<Entity>(_ kind: DerivedKind, _: Entity.Type = Entity.self) -> Identifier<Entity> {
    let place = Int(kind.rawValue)
    defer { ordinals[place] += 1 }
    return .derived(from: input, kind, ordinal: Int(ordinals[place]))
  }

  mutating func touch(_ id: AlertID) { if !alerts.contains(id) { alerts.append(id) } }
  mutating func touch(_ id: TaskID) { if !tasks.contains(id) { tasks.append(id) } }
  mutating func touch(_ id: StayID) { if !stays.contains(id) { stays.append(id) } }
  mutating func touch(_ id: ReminderID) { if !reminders.contains(id) { reminders.append(id) } }
  mutating func touch(_ id: SuspensionID) { if !suspensions.contains(id) { suspensions.append(id) } }

  mutating func touch(_ key: CorrelationKey, before instance: CorrelationInstance?) {
    if !correlations.contains(where: { $0.key == key }) { correlations.append((key, instance)) }
  }

  /// Keeps the last state of an offer.
  mutating func record(_ offer: Offer) {
    if let index = offers.firstIndex(where: { $0.id == offer.id }) {
      offers[index] = offer
    } else {
      offers.append(offer)
    }
  }

  /// Nothing was changed: there is nothing to commit.
  var isEmpty: Bool {
    signal == nil && alerts.isEmpty && tasks.isEmpty && stays.isEmpty && reminders.isEmpty && offers.isEmpty
      && calls.isEmpty && notifications.isEmpty && marks.isEmpty && commitments.isEmpty && events.isEmpty
      && lines.isEmpty && emissions.isEmpty && correlations.isEmpty
  }
}
