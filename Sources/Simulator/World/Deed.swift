import CareModel

/// Something that the world does of itself: all else in a run follows from these. Each draws from a sequence of its
/// own, so that leaving one out changes as little as possible of the others.
package struct ScriptedDeed: Sendable, CustomStringConvertible {
  /// Its place in the whole script of the seed.
  package var number: Int
  /// When.
  package var at: Timestamp
  /// What.
  package var deed: Deed

  /// Number, time and deed in one line.
  package var description: String { "#\(number) \(at.rfc3339.dropFirst(11)) \(deed)" }
}

/// What the world can do.
package enum Deed: Sendable, Equatable, CustomStringConvertible {
  /// Somebody presses the device of a home, or it says something by itself.
  case press(home: Int)
  /// A hospital tells a patient's story.
  case story(hospital: Int)
  /// Somebody at the desk does something.
  case desk(Int)
  /// A shift begins.
  case shift
  /// The store goes away for a time.
  case outage(TimeSpan)
  /// The store is slow for a time.
  case slow(TimeSpan)
  /// The daemon is killed and started again after a time.
  case kill(TimeSpan)
  /// Another node takes the shard, and is ready after a time.
  case takeover(TimeSpan)
  /// The daemon stands still.
  case freeze(TimeSpan)
  /// The machine's clock shows this much more than the time.
  case clock(TimeSpan)
  /// Part of the network cannot be reached.
  case split(Split)
  /// A stranger sends garbage.
  case garbage

  /// In words.
  package var description: String {
    switch self {
    case .press(let home): "press at D\(home)"
    case .story(let hospital): "story of H\(hospital + 1)"
    case .desk(let desk): "desk \(desk + 1) acts"
    case .shift: "a shift begins"
    case .outage(let span): "store away for \(span.inWords)"
    case .slow(let span): "store slow for \(span.inWords)"
    case .kill(let span): "daemon killed, back after \(span.inWords)"
    case .takeover(let span): "shard taken by another node, ready after \(span.inWords)"
    case .freeze(let span): "daemon frozen for \(span.inWords)"
    case .clock(let span): "clock off by \(span.inWords)"
    case .split(let split): "\(split)"
    case .garbage: "a stranger sends garbage"
    }
  }
}

extension TimeSpan {
  /// Seconds with one digit.
  var inWords: String {
    let tenths = microseconds / 100_000
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) s"
  }
}
