import EngineHost

/// One piece of an event stream as text (WHATWG HTML, server-sent events).
enum EventFrame: Sendable, Equatable {
  /// Where the stream stands: everything after this id comes.
  case ready(EventID)
  /// What came before this id is not known any more: read everything anew.
  case reset(EventID)
  /// An entry.
  case entry(StoredEvent)
  /// An entry while the store is away: it comes again with its id, so nobody resumes after it.
  case provisional(StoredEvent)
  /// A sign of life.
  case keepAlive

  var text: String {
    switch self {
    case .ready(let id): "id: \(id)\nevent: ready\ndata: {}\n\n"
    case .reset(let id): "id: \(id)\nevent: reset\ndata: {}\n\n"
    case .keepAlive: ": still here\n\n"
    case .provisional(let event): "event: \(event.type)\n\(Self.data(Self.marked(event.json)))\n"
    case .entry(let event): "id: \(event.id)\nevent: \(event.type)\n\(Self.data(event.json))\n"
    }
  }

  /// The entry, when the frame is one.
  var event: StoredEvent? {
    switch self {
    case .entry(let event), .provisional(let event): event
    case .ready, .reset, .keepAlive: nil
    }
  }

  /// The object with a member more, at its beginning.
  private static func marked(_ json: String) -> String { "{\"provisional\":true," + json.dropFirst() }

  /// A line for each line of the text, so that no content can end the entry or begin another.
  private static func data(_ json: String) -> String {
    var lines = ""
    for line in json.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      lines += "data: \(String(Substring(line)))\n"
    }
    return lines
  }
}
