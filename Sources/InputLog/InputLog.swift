import DequeModule
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An append-only log in segment files: what waits is written as one group with one sync, on a thread of its own.
///
/// It knows nothing of what it keeps: an entry is turned into bytes on the writing thread.
package final class InputLog<Entry: Sendable>: Sendable {
  /// What becomes of entries; told on the writing thread, in order.
  package enum Event: Sendable {
    /// Everything up to this entry is on the disk.
    case written(Entry)
    /// A write or sync failed: what was not told as written is not; entries are passed over until ``ready``.
    case lost(errno: Int32)
    /// It is written, for the first time or again.
    case ready
  }

  private struct Closed {
    var segment: LogFolder.Segment
    var isEarlier: Bool
    /// Nil in segments of earlier runs, and where nothing was written.
    var last: Entry?
    var isConfirmed: Bool
  }

  private struct State {
    var queue: Deque<Entry> = []
    var isWritten = false
    var oldest: Int64?
    /// Segments that are full, oldest first, those of earlier runs among them.
    var closed: [Closed] = []
    var currentBytes = 0
  }

  private struct Writing {
    var segment: SegmentWriter
    var last: Entry?
    var buffer: [UInt8] = []
    var report: (@Sendable (Event) -> Void)?
    var isClosed = false
  }

  private let folder: LogFolder
  private let settings: InputLogSettings
  private let encode: @Sendable (Entry, inout [UInt8]) -> Void
  private let now: @Sendable () -> Int64
  private let eventLoop: any EventLoop
  private let state: Mutex<State>
  private let writing: Mutex<Writing>

  /// Locks a folder, which is made where it is missing; nothing is written before ``start(_:)``.
  ///
  /// - Parameters:
  ///   - now: the time of day in seconds since 1970.
  ///   - eventLoop: the thread that writes; it waits for the disk and should have nothing else to do.
  ///   - encode: appends an entry's bytes.
  package init(
    folder path: String, settings: InputLogSettings = InputLogSettings(), system: LogSystem = .real,
    eventLoop: any EventLoop, now: @escaping @Sendable () -> Int64,
    encode: @escaping @Sendable (Entry, inout [UInt8]) -> Void
  ) throws(LogProblem) {
    let folder = try LogFolder(path: path)
    let earlier: [LogFolder.Segment]
    do throws(LogProblem) { earlier = try folder.segments() } catch {
      folder.unlock()
      throw error
    }
    self.folder = folder
    self.settings = settings
    self.encode = encode
    self.now = now
    self.eventLoop = eventLoop
    state = Mutex(
      State(closed: earlier.map { Closed(segment: $0, isEarlier: true, last: nil, isConfirmed: false) }))
    let last = earlier.last?.number ?? 0
    writing = Mutex(
      Writing(segment: SegmentWriter(folder: folder, system: system, settings: settings, after: last)))
  }

  /// Reads what earlier runs have written, oldest first; damage is passed over.
  ///
  /// - Returns: what was found.
  /// - Throws: ``LogProblem`` when a file cannot be read at all, and whatever `take` throws.
  package func readEarlier(_ take: (ArraySlice<UInt8>) async throws -> Void) async throws -> LogFindings {
    var findings = LogFindings()
    let earlier = state.withLock { $0.closed.filter(\.isEarlier).map(\.segment) }
    for segment in earlier {
      let name = segment.path.split(separator: "/").last.map(String.init) ?? ""
      var reader = SegmentReader(try folder.read(segment), file: name, maximumPayload: settings.maximumPayload)
      while let payload = reader.next(&findings) { try await take(payload) }
    }
    return findings
  }

  /// Begins to write.
  package func start(_ report: @escaping @Sendable (Event) -> Void) {
    writing.withLock { $0.report = report }
    eventLoop.execute { self.reopen(isFirst: true) }
  }

  /// Queues entries in their order; never blocks. Passed over while the log is lost.
  package func append(_ entries: [Entry]) {
    let wake = state.withLock { state -> Wake in
      guard state.isWritten else { return .none }
      guard state.queue.count + entries.count <= settings.maximumQueued else {
        state.isWritten = false
        return .giveUp
      }
      let isFirst = state.queue.isEmpty
      if isFirst { state.oldest = now() }
      state.queue.append(contentsOf: entries)
      return isFirst ? .drain : .none
    }
    switch wake {
    case .none: break
    case .drain: eventLoop.execute { self.drain() }
    case .giveUp: eventLoop.execute { self.lose(ENOBUFS) }
    }
  }

  private enum Wake { case none, drain, giveUp }

  /// The entries up to one need not be kept much longer; `isConfirmed` says so of the last entry of a segment.
  package func confirm(_ isConfirmed: (Entry) -> Bool) {
    state.withLock { state in
      for index in state.closed.indices where !state.closed[index].isEarlier && !state.closed[index].isConfirmed {
        guard let last = state.closed[index].last, isConfirmed(last) else { return }
        state.closed[index].isConfirmed = true
      }
    }
  }

  /// What earlier runs have written need not be kept much longer.
  package func confirmEarlier() {
    state.withLock { state in
      for index in state.closed.indices where state.closed[index].isEarlier { state.closed[index].isConfirmed = true }
    }
  }

  /// Writes what waits, closes the segment and lets go of the folder.
  package func close() async {
    _ = try? await eventLoop.submit {
      self.drain()
      self.state.withLock { $0.isWritten = false }
      self.writing.withLock { writing in
        writing.segment.close()
        writing.isClosed = true
      }
    }.get()
    folder.unlock()
  }

  /// Its state; never waits for the disk.
  package var status: (isWritten: Bool, depth: Int, oldestSeconds: Int64, bytes: Int) {
    let now = now()
    return state.withLock { state in
      let bytes = state.closed.reduce(state.currentBytes) { $0 + $1.segment.bytes }
      return (state.isWritten, state.queue.count, state.oldest.map { max(0, now - $0) } ?? 0, bytes)
    }
  }
}

/// On the writing thread.
extension InputLog {
  /// Writes groups until nothing waits.
  private func drain() {
    writing.withLock { writing in
      while !writing.isClosed, let last = fill(&writing) {
        var code: Int32 = writing.segment.isFull(at: now()) ? roll(&writing) : 0
        if code == 0 { code = writing.segment.append(writing.buffer) }
        // A full disk: the reserve lets what is under way through while somebody acts.
        if code == ENOSPC, writing.segment.releaseReserve() {
          code = writing.segment.open(at: now())
          if code == 0 { code = writing.segment.append(writing.buffer) }
        }
        guard code == 0 else { return fail(&writing, code) }
        writing.last = last
        state.withLock { $0.currentBytes = writing.segment.bytes }
        writing.report?(.written(last))
      }
    }
  }

  /// Takes a group out of the queue and turns it into bytes; its last entry, or nil when nothing waits.
  private func fill(_ writing: inout Writing) -> Entry? {
    writing.buffer.removeAll(keepingCapacity: true)
    var last: Entry?
    while writing.buffer.count < settings.groupBytes {
      let entry = state.withLock { state -> Entry? in
        let entry = state.queue.popFirst()
        state.oldest = state.queue.isEmpty ? nil : state.oldest
        return entry
      }
      guard let entry else { break }
      guard
        SegmentFormat.append(
          to: &writing.buffer, maximumPayload: settings.maximumPayload, { encode(entry, &$0) })
      else {
        fail(&writing, EMSGSIZE)
        return nil
      }
      last = entry
    }
    return last
  }

  private func roll(_ writing: inout Writing) -> Int32 {
    finish(&writing)
    clean()
    return writing.segment.open(at: now())
  }

  /// The present segment is full or has failed.
  private func finish(_ writing: inout Writing) {
    let (number, bytes, last) = (writing.segment.number, writing.segment.bytes, writing.last)
    writing.segment.close()
    guard bytes > 0 else { return }
    let segment = LogFolder.Segment(
      number: number, path: folder.segmentPath(number), bytes: bytes, modifiedAt: now())
    state.withLock { state in
      state.closed.append(Closed(segment: segment, isEarlier: false, last: last, isConfirmed: last == nil))
      state.currentBytes = 0
    }
    writing.last = nil
  }

  private func lose(_ code: Int32) { writing.withLock { fail(&$0, code) } }

  private func fail(_ writing: inout Writing, _ code: Int32) {
    guard !writing.isClosed else { return }
    finish(&writing)
    state.withLock { state in
      state.isWritten = false
      state.queue.removeAll()
      state.oldest = nil
    }
    writing.report?(.lost(errno: code))
    retryLater()
  }

  private func retryLater() {
    eventLoop.scheduleTask(in: .milliseconds(settings.retryMilliseconds)) { self.reopen() }
  }

  private func reopen(isFirst: Bool = false) {
    writing.withLock { writing in
      guard !writing.isClosed, !writing.segment.isOpen else { return }
      let code = writing.segment.open(at: now())
      guard code == 0 else {
        if isFirst { writing.report?(.lost(errno: code)) }
        return retryLater()
      }
      state.withLock { $0.isWritten = true }
      writing.report?(.ready)
      clean()
    }
  }

  /// Deletes segments that were confirmed and kept long enough, or that are too much.
  private func clean() {
    let now = now()
    state.withLock { state in
      var bytes = state.closed.reduce(state.currentBytes) { $0 + $1.segment.bytes }
      state.closed.removeAll { closed in
        let isOld = closed.segment.modifiedAt + settings.keepSeconds <= now
        guard closed.isConfirmed, isOld || bytes > settings.maximumBytes else { return false }
        guard unlink(closed.segment.path) == 0 || errno == ENOENT else { return false }
        bytes -= closed.segment.bytes
        return true
      }
    }
  }
}
