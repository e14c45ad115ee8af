import CareModel

/// Whom a step asks.
package enum Ask: Sendable, Hashable {
  /// Staff on duty in a role.
  case staff(StaffRole)
  /// People outside the centre.
  case outside(OutsideGroup)
  /// Staff on duty who have this skill or belong to this group, whatever their role.
  case group(String)

  /// The desk.
  package static let desk = Ask.staff(.desk)
  /// Who leads the shift.
  package static let shiftLeader = Ask.staff(.shiftLeader)
  /// Who is responsible for the day.
  package static let dutyChief = Ask.staff(.dutyChief)
  /// Responders.
  package static let responder = Ask.staff(.responder)
  /// Escorts.
  package static let escort = Ask.staff(.escort)
  /// Carers.
  package static let carer = Ask.staff(.carer)

  /// The word of the rules page; those who go to people are named in the plural, one of them is understood too.
  /// Any other word that can be an id is a group. Nil when it cannot be one, or is a misspelt word of the page.
  package init?(_ word: String) {
    if let role = Self.roles[word] {
      self = .staff(role)
    } else if let group = OutsideGroup(rawValue: word) {
      self = .outside(group)
    } else {
      var seen: Set<String> = []
      guard RuleID.refusal(word, &seen) == nil, Self.likely(word) == nil else { return nil }
      self = .group(word)
    }
  }

  /// The word as rules write it.
  package var word: String {
    switch self {
    case .staff(let role): role.isField ? role.rawValue + "s" : role.rawValue
    case .outside(let group): group.rawValue
    case .group(let name): name
    }
  }

  /// Goes to people: asked by an offer of a task.
  package var isField: Bool {
    switch self {
    case .staff(let role): role.isField
    case .group: true
    case .outside: false
    }
  }

  /// Sits at the desk and takes alerts there.
  package var isDesk: Bool {
    if case .staff(let role) = self { return !role.isField }
    return false
  }

  /// People outside the centre.
  package var isOutside: Bool {
    if case .outside = self { return true }
    return false
  }

  /// All words that are not groups.
  package static var words: [String] {
    StaffRole.allCases.map { Ask.staff($0).word } + OutsideGroup.allCases.map(\.rawValue)
  }

  /// The word that was probably meant: of the same length give or take one, and one letter off.
  package static func likely(_ word: String) -> String? {
    words.first { $0 != word && isOneOff(Array($0.utf8), Array(word.utf8)) }
  }

  private static let roles = Dictionary(
    uniqueKeysWithValues: StaffRole.allCases.flatMap { role in
      role.isField ? [(role.rawValue, role), (role.rawValue + "s", role)] : [(role.rawValue, role)]
    })

  /// One letter more, less or different, or two neighbours changed places.
  private static func isOneOff(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let start = zip(left, right).prefix { $0 == $1 }.count
    let (rest, other) = (left.dropFirst(start), right.dropFirst(start))
    return rest.dropFirst() == other.dropFirst() || rest.dropFirst() == other || rest == other.dropFirst()
      || rest.count > 1 && rest.dropFirst(2) == other.dropFirst(2)
        && Array(rest.prefix(2)) == other.prefix(2).reversed()
  }
}
