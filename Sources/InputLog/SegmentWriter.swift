import Glibc

/// The segment that is written now. A descriptor that has failed once is never written or synced again: after a failed
/// sync the system may have dropped the pages and say yes the next time.
struct SegmentWriter {
  private let folder: LogFolder
  private let system: LogSystem
  private let settings: InputLogSettings
  private var file: Int32?
  private(set) var number: Int
  private(set) var bytes = 0
  private var openedAt: Int64 = 0

  init(folder: LogFolder, system: LogSystem, settings: InputLogSettings, after number: Int) {
    self.folder = folder
    self.system = system
    self.settings = settings
    self.number = number
  }

  var isOpen: Bool { file != nil }

  /// The segment is as large or as old as one may become.
  func isFull(at now: Int64) -> Bool {
    bytes >= settings.segmentBytes || now - openedAt >= settings.segmentSeconds
  }

  /// Begins the next segment; 0 or the errno.
  mutating func open(at now: Int64) -> Int32 {
    close()
    number += 1
    switch folder.create(number) {
    case .failure(let error): return error.code
    case .success(let file):
      self.file = file
      openedAt = now
      bytes = 0
      keepReserve()
      return append(SegmentFormat.header)
    }
  }

  /// Writes bytes and brings them to the disk; 0 or the errno, and then the segment is closed.
  mutating func append(_ data: [UInt8]) -> Int32 {
    guard let file else { return EBADF }
    var code = data.withUnsafeBytes { system.write(file, $0) }
    if code == 0 { code = system.sync(file) }
    if code == 0 { bytes += data.count } else { close() }
    return code
  }

  mutating func close() {
    if let file { Glibc.close(file) }
    file = nil
  }

  /// Gives the space back that was kept for a full disk; whether there was any.
  func releaseReserve() -> Bool { unlink(reservePath) == 0 }

  /// Keeps space for the day the disk is full. Without it the log works all the same.
  private func keepReserve() {
    guard settings.reserveBytes > 0 else { return }
    let reserve = Glibc.open(reservePath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard reserve >= 0 else { return }
    let isKept = posix_fallocate(reserve, 0, off_t(settings.reserveBytes)) == 0
    Glibc.close(reserve)
    if !isKept { unlink(reservePath) }
  }

  private var reservePath: String { folder.path + "/RESERVE" }
}
