/// What few alerts have: kept together, so that an alert without any of it is as small as it can be.
package struct AlertExtras: Sendable, Equatable {
  /// Short texts that `classify` rules put on it, in the order of their names; at most ``AlertLabel/maximumCount``.
  package var labels: [AlertLabel] = []
  /// By when its policy promises what.
  package var targets: Alert.Targets?
  /// Under these keys it holds back others while it is open; at most ``Alert/maximumInhibitKeys``.
  package var inhibitKeys: [String] = []
  /// It is held back itself: kept and shown, and nobody is asked yet.
  package var inhibited: Alert.Inhibited?
  /// Who outside the centre is being asked by its tracks; at most ``Alert/maximumAsked``.
  package var asked: [OutsideAsk] = []
  /// Calls made about it.
  package var calls = 0
  /// How the last of them ended.
  package var lastCall: Call.Outcome?

  /// Nothing.
  package init() {}
}

/// A short text on an alert.
package struct AlertLabel: Sendable, Equatable {
  /// What it says something about; letters, digits, `.`, `_` and `-`.
  package var name: String
  /// What it says.
  package var value: String

  /// Most labels of an alert.
  package static let maximumCount = 32
  /// Longest name in bytes.
  package static let maximumNameBytes = 32
  /// Longest value in bytes.
  package static let maximumValueBytes = 128

  /// A label.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Of two values the greater by its bytes, so that the order of rules and signals cannot matter; what is over
  /// ``maximumCount`` is left out.
  package static func merge(_ new: [AlertLabel], into labels: inout [AlertLabel]) {
    for label in new {
      if let place = labels.firstIndex(where: { $0.name == label.name }) {
        let isGreater = labels[place].value.utf8.lexicographicallyPrecedes(label.value.utf8)
        if isGreater { labels[place].value = label.value }
      } else if labels.count < maximumCount {
        let place = labels.firstIndex { label.name.utf8.lexicographicallyPrecedes($0.name.utf8) } ?? labels.endIndex
        labels.insert(label, at: place)
      }
    }
  }
}

/// People outside the centre whom a step can ask; the raw value is the word of the rules page.
package enum OutsideGroup: String, Sendable, CaseIterable {
  case resident, coResident, contacts, neighbour, keyHolder, familyDoctor, unit, bureau, family, provider
}

/// One person or party outside the centre who is being asked about an alert.
package struct OutsideAsk: Sendable, Equatable {
  /// The track that asks.
  package var track: String
  /// The word of its step.
  package var group: OutsideGroup
  /// Who, when it is a contact.
  package var contact: ContactID?
  /// Who, when it is a unit, bureau or doctor team.
  package var party: PartyID?
  /// Who, when it is somebody under care.
  package var resident: ResidentID?
  /// The contact's relation (`daughter`), else the group's word; recorded calls name it.
  package var relation: String
  /// How.
  package var way: Way
  /// Since when.
  package var at: Timestamp
  /// Until when an answer is waited for.
  package var until: Timestamp
  /// How the desk's call ended; nil = not called yet.
  package var outcome: Call.Outcome?

  /// How somebody is asked.
  package enum Way: String, Sendable, CaseIterable {
    /// The desk calls.
    case call
    /// A message went to the channel of their choice; the desk may call too.
    case message
  }

  /// An ask that has just begun.
  package init(
    track: String, group: OutsideGroup, contact: ContactID? = nil, party: PartyID? = nil,
    resident: ResidentID? = nil, relation: String, way: Way, at: Timestamp, until: Timestamp
  ) {
    self.track = track
    self.group = group
    self.contact = contact
    self.party = party
    self.resident = resident
    self.relation = relation
    self.way = way
    self.at = at
    self.until = until
  }

  /// Whether a call's party is this one: the relation, the group's word or the id.
  package func isCalled(_ name: String) -> Bool {
    name == relation || name == group.rawValue || name == contact?.description || name == party?.description
      || name == resident?.description
  }
}

extension Alert {
  /// Most keys under which an alert holds back others.
  package static let maximumInhibitKeys = 16
  /// Most people outside the centre who are asked at once.
  package static let maximumAsked = 32

  /// Moments by which a policy promises something, counted from the opening.
  package struct Targets: Sendable, Equatable {
    /// Somebody at the desk has it.
    package var answerBy: Timestamp?
    /// The first member of staff is asked to go.
    package var firstOfferBy: Timestamp?
    /// Somebody goes.
    package var acceptBy: Timestamp?
    /// Somebody is at the door.
    package var arriveBy: Timestamp?

    /// Targets.
    package init(
      answerBy: Timestamp? = nil, firstOfferBy: Timestamp? = nil, acceptBy: Timestamp? = nil,
      arriveBy: Timestamp? = nil
    ) {
      self.answerBy = answerBy
      self.firstOfferBy = firstOfferBy
      self.acceptBy = acceptBy
      self.arriveBy = arriveBy
    }
  }

  /// Why nobody is asked about an alert yet.
  package struct Inhibited: Sendable, Equatable {
    /// The rule that holds it.
    package var rule: String
    /// The key that it shares with its source.
    package var key: String
    /// The open alert that explains it.
    package var source: AlertID
    /// Since when.
    package var since: Timestamp
    /// When it is looked again whether the source is still open.
    package var reviewAt: Timestamp

    /// An alert that is held.
    package init(rule: String, key: String, source: AlertID, since: Timestamp, reviewAt: Timestamp) {
      self.rule = rule
      self.key = key
      self.source = source
      self.since = since
      self.reviewAt = reviewAt
    }
  }

  /// Short texts that rules put on it.
  package var labels: [AlertLabel] {
    get { extras.labels }
    set { extras.labels = newValue }
  }
  /// By when its policy promises what.
  package var targets: Targets? {
    get { extras.targets }
    set { extras.targets = newValue }
  }
  /// Under these keys it holds back others while it is open.
  package var inhibitKeys: [String] {
    get { extras.inhibitKeys }
    set { extras.inhibitKeys = newValue }
  }
  /// It is held back itself.
  package var inhibited: Inhibited? {
    get { extras.inhibited }
    set { extras.inhibited = newValue }
  }
  /// Who outside the centre is being asked.
  package var asked: [OutsideAsk] {
    get { extras.asked }
    set { extras.asked = newValue }
  }
}
