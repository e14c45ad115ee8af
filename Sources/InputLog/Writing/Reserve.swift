/// A file that holds space for the day the disk is full.
struct Reserve: Sendable {
  private let directory: String
  private let bytes: Int
  private let headroom: Int
  private(set) var isKept = false

  init(directory: String, settings: InputLogSettings) {
    self.directory = directory
    bytes = settings.reserveBytes
    headroom = settings.reserveHeadroom
  }

  var isMissing: Bool { bytes > 0 && !isKept }

  private var path: String { directory + "/" + LogNames.reserve }

  /// Takes over the file of an earlier run, where it has the right size.
  mutating func find(_ files: any LogFiles) {
    guard bytes > 0, let file = try? files.open(path) else { return }
    let size = try? files.size(file)
    files.close(file)
    isKept = size == bytes
    if !isKept { try? files.remove(path) }
  }

  /// Gives the space back.
  mutating func release(_ files: any LogFiles) {
    guard isKept else { return }
    try? files.remove(path)
    isKept = false
  }

  /// Makes the file, where so much is free that nobody will miss it.
  mutating func keep(_ files: any LogFiles) {
    guard isMissing, let free = try? files.freeBytes(in: directory), free - bytes >= headroom else { return }
    try? files.remove(path)
    guard let file = try? files.create(path) else { return }
    isKept = (try? files.allocate(file, bytes: bytes)) != nil
    files.close(file)
    if !isKept { try? files.remove(path) }
  }
}
