/// What can go wrong in a run. Each has a rate of its own; a rate of 0 means that it never happens.
package enum Fault: String, CaseIterable, Sendable {
  // Chances, per thousand.

  /// A chunk of bytes takes its connection down with it, in the middle of a packet as often as not.
  case connectionLost
  /// A chunk is late by up to half a minute.
  case delay
  /// A device or a phone says the same thing twice, or connects anew though it is connected.
  case saidTwice
  /// Text that is no JSON, a clock of the last century, a message without an id.
  case oddDevice
  /// A commit is refused for its content.
  case commitRefused
  /// A group of commits is refused as a whole and sent again one by one.
  case groupRefused
  /// A group is written and the answer is lost: the store is asked how far it came.
  case answerLost
  /// A channel fails, or never answers.
  case channelFails
  /// Staff decline, or let the offer pass.
  case staffDecline
  /// Staff answer when the offer is over.
  case staffLate
  /// Staff accept twice, at two moments.
  case staffTwice
  /// Staff accept and are never heard again, or stop reporting half way.
  case staffSilent
  /// Staff give a task back.
  case staffLeave
  /// Staff in distress.
  case distress
  /// Dispatchers take an alert, or not, and go away for minutes.
  case deskSilent
  /// Dispatchers do whatever comes to mind: wrong order, wrong person, wrong reason.
  case deskErrs
  /// Dispatchers send the same action twice.
  case deskTwice

  // Events, so many a day.

  /// The store cannot be reached for a while; what was on its way was written up to somewhere.
  case outage
  /// The store is slow for a while.
  case slowStore
  /// The daemon is killed and comes back.
  case kill
  /// Another node takes the shard: the daemon's next group is refused, and it ends.
  case epochTaken
  /// The daemon stands still for up to a minute and goes on.
  case freeze
  /// The machine's clock is set an hour off, or right again.
  case clockStep
  /// Part of the network cannot be reached, in one direction or both.
  case split
  /// A stranger connects and sends garbage.
  case garbage
  /// Staff go home and others come.
  case shifts

  /// Lowest rate in use, the usual one, and the highest.
  var rates: (low: Int, usual: Int, high: Int) {
    switch self {
    case .connectionLost: (1, 15, 80)
    case .delay: (2, 10, 200)
    case .saidTwice: (5, 30, 300)
    case .oddDevice: (5, 150, 500)
    case .commitRefused: (1, 6, 80)
    case .groupRefused: (2, 10, 200)
    case .answerLost: (1, 2, 40)
    case .channelFails: (10, 130, 600)
    case .staffDecline: (20, 350, 900)
    case .staffLate: (10, 100, 500)
    case .staffTwice: (10, 100, 500)
    case .staffSilent: (10, 200, 700)
    case .staffLeave: (10, 150, 500)
    case .distress: (2, 20, 200)
    case .deskSilent: (5, 60, 400)
    case .deskErrs: (50, 700, 1000)
    case .deskTwice: (5, 40, 300)
    case .outage: (6, 60, 400)
    case .slowStore: (6, 60, 400)
    case .kill: (4, 50, 300)
    case .epochTaken: (2, 10, 100)
    case .freeze: (4, 20, 300)
    case .clockStep: (2, 6, 60)
    case .split: (6, 40, 400)
    case .garbage: (12, 100, 1000)
    case .shifts: (24, 80, 500)
    }
  }
}

/// How often each fault happens: a chance per thousand, or so many a day.
package struct FaultRates: Sendable, Equatable {
  private var rates: [Int]

  /// Nothing goes wrong.
  package static let none = Self(rates: Fault.allCases.map { _ in 0 })
  /// A bit of everything.
  package static let usual = Self(rates: Fault.allCases.map(\.rates.usual))

  /// The rate of a fault; 0 = never.
  package subscript(fault: Fault) -> Int {
    get { rates[Self.index(of: fault)] }
    set { rates[Self.index(of: fault)] = newValue }
  }

  /// The faults that happen at all.
  package var active: [Fault] { Fault.allCases.filter { self[$0] > 0 } }

  private static let positions = Dictionary(
    uniqueKeysWithValues: Fault.allCases.enumerated().map { ($0.element, $0.offset) })

  private static func index(of fault: Fault) -> Int { positions[fault] ?? 0 }
}
