import Glibc
import InputLog
import Synchronization

/// Files in memory that fail when told to, and that a crash leaves as a disk would.
final class MemoryFiles: LogFiles {
  enum Call: Sendable, Hashable { case create, write, sync, syncDirectory, allocate, rename, remove, read, open, lock }

  enum Fault: Sendable {
    case error(Int32)
    /// A write that writes only so many bytes.
    case short(Int)
  }

  private struct Inode {
    var data: [UInt8] = []
    /// So many of its bytes were synced.
    var durable = 0
  }

  private struct Descriptor {
    var inode: Int
    var path: String
    var hasFailed = false
  }

  private struct NameChange {
    var removed: String?
    var added: (name: String, inode: Int)?
  }

  private struct State {
    var inodes: [Int: Inode] = [:]
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    var changes: [NameChange] = []
    var directories: Set<String> = []
    var descriptors: [Int32: Descriptor] = [:]
    var locked: Set<String> = []
    var nextInode = 1
    var nextDescriptor: Int32 = 100
    var calls: [Call: Int] = [:]
    var capacity = Int.max
    var syncsAfterFailure = 0
    var badPlace: Range<Int>?
  }

  private let state = Mutex(State())
  private let fault = Mutex<@Sendable (Call, Int, String) -> Fault?>({ _, _, _ in nil })

  /// Says how a call fails: the call, how many of its kind came before since this was set, and the path.
  func fail(_ fault: @escaping @Sendable (Call, Int, String) -> Fault?) {
    self.fault.withLock { $0 = fault }
    state.withLock { $0.calls = [:] }
  }

  func failNever() { fail { _, _, _ in nil } }

  func count(_ call: Call) -> Int { state.withLock { $0.calls[call] ?? 0 } }

  /// Space for the bytes of all files.
  func setCapacity(_ bytes: Int) { state.withLock { $0.capacity = bytes } }

  /// Reads that touch these offsets of any file fail.
  func setBad(_ place: Range<Int>) { state.withLock { $0.badPlace = place } }

  /// Writes or syncs on a descriptor whose write or sync had failed: there must be none.
  var syncsAfterFailure: Int { state.withLock { $0.syncsAfterFailure } }

  var openDescriptors: Int { state.withLock { $0.descriptors.count } }

  func bytes(_ path: String) -> [UInt8]? {
    state.withLock { state in state.names[path].flatMap { state.inodes[$0]?.data } }
  }

  func put(_ path: String, _ bytes: [UInt8]) {
    state.withLock { state in
      state.inodes[state.nextInode] = Inode(data: bytes, durable: bytes.count)
      state.names[path] = state.nextInode
      state.durableNames[path] = state.nextInode
      state.nextInode += 1
    }
  }

  func paths() -> [String] { state.withLock { $0.names.keys.sorted() } }

  /// Power is lost: what was synced stays, and of the rest whatever the disk happened to have written.
  func crash(_ random: inout SeededNumbers, withHoles: Bool) {
    state.withLock { state in
      let applied = Int.random(in: 0...state.changes.count, using: &random)
      for change in state.changes.prefix(applied) {
        if let name = change.removed { state.durableNames[name] = nil }
        if let added = change.added { state.durableNames[added.name] = added.inode }
      }
      state.changes = []
      state.names = state.durableNames
      for key in state.inodes.keys.sorted() {
        guard var inode = state.inodes[key] else { continue }
        let kept = Int.random(in: inode.durable...max(inode.durable, inode.data.count), using: &random)
        inode.data.removeLast(inode.data.count - kept)
        if withHoles, kept > inode.durable {
          let start = Int.random(in: inode.durable..<kept, using: &random)
          for index in start..<min(kept, start + 64) { inode.data[index] = 0 }
        }
        inode.durable = kept
        state.inodes[key] = inode
      }
      state.descriptors = [:]
      state.locked = []
    }
  }

  private func next(_ call: Call, _ path: String) -> Fault? {
    let number = state.withLock { state in
      defer { state.calls[call, default: 0] += 1 }
      return state.calls[call] ?? 0
    }
    return fault.withLock { $0 }(call, number, path)
  }

  private func check(_ call: Call, _ path: String) throws(LogFileError) {
    if case .error(let code) = next(call, path) { throw LogFileError(code) }
  }

  /// The path of a descriptor; counts a use of one that had failed.
  private func path(_ file: Int32) throws(LogFileError) -> String {
    let path = state.withLock { state -> String? in
      if state.descriptors[file]?.hasFailed == true { state.syncsAfterFailure += 1 }
      return state.descriptors[file]?.path
    }
    guard let path else { throw LogFileError(EBADF) }
    return path
  }

  private func markFailed(_ file: Int32) { state.withLock { $0.descriptors[file]?.hasFailed = true } }

  private func opened(_ state: inout State, _ inode: Int, _ path: String) -> Int32 {
    state.nextDescriptor += 1
    state.descriptors[state.nextDescriptor] = Descriptor(inode: inode, path: path)
    return state.nextDescriptor
  }

  func makeDirectory(_ path: String) throws(LogFileError) {
    guard state.withLock({ $0.directories.insert(path).inserted }) else { throw LogFileError(EEXIST) }
  }

  func names(in directory: String) throws(LogFileError) -> [String] {
    state.withLock { state in
      state.names.keys.filter { $0.hasPrefix(directory + "/") }.map { String($0.dropFirst(directory.count + 1)) }
    }
  }

  func lock(_ path: String) throws(LogFileError) -> Int32 {
    try check(.lock, path)
    let file = state.withLock { state in state.locked.insert(path).inserted ? opened(&state, 0, path) : nil }
    guard let file else { throw LogFileError(EWOULDBLOCK) }
    return file
  }

  func create(_ path: String) throws(LogFileError) -> Int32 {
    try check(.create, path)
    let file = state.withLock { state -> Int32? in
      guard state.names[path] == nil else { return nil }
      let inode = state.nextInode
      state.nextInode += 1
      state.inodes[inode] = Inode()
      state.names[path] = inode
      state.changes.append(NameChange(added: (path, inode)))
      return opened(&state, inode, path)
    }
    guard let file else { throw LogFileError(EEXIST) }
    return file
  }

  func open(_ path: String) throws(LogFileError) -> Int32 {
    try check(.open, path)
    let file = state.withLock { state in state.names[path].map { opened(&state, $0, path) } }
    guard let file else { throw LogFileError(ENOENT) }
    return file
  }

  func size(_ file: Int32) throws(LogFileError) -> Int {
    state.withLock { state in state.descriptors[file].flatMap { state.inodes[$0.inode]?.data.count } ?? 0 }
  }

  func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
    let path = try path(file)
    var count = bytes.count
    switch next(.write, path) {
    case .error(let code):
      markFailed(file)
      throw LogFileError(code)
    case .short(let limit): count = min(count, max(1, limit))
    case nil: break
    }
    let room = state.withLock { state -> Int in
      let used = state.names.values.reduce(0) { $0 + (state.inodes[$1]?.data.count ?? 0) }
      let room = min(count, max(0, state.capacity - used))
      guard room > 0, let descriptor = state.descriptors[file] else { return 0 }
      precondition(state.inodes[descriptor.inode]?.data.count ?? -1 >= offset)
      state.inodes[descriptor.inode]?.data.replaceSubrange(offset..., with: bytes.prefix(room))
      return room
    }
    guard room > 0 else {
      markFailed(file)
      throw LogFileError(ENOSPC)
    }
    return room
  }

  func read(_ file: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
    let (data, isBad) = state.withLock { state in
      let data = state.descriptors[file].flatMap { state.inodes[$0.inode]?.data } ?? []
      return (data, state.badPlace?.overlaps(offset..<offset + bytes.count) ?? false)
    }
    if isBad { throw LogFileError(EIO) }
    guard offset < data.count else { return 0 }
    let part = data[offset..<min(data.count, offset + bytes.count)]
    bytes.copyBytes(from: part)
    return part.count
  }

  func syncData(_ file: Int32) throws(LogFileError) {
    if case .error(let code) = next(.sync, try path(file)) {
      markFailed(file)
      throw LogFileError(code)
    }
    state.withLock { state in
      guard let inode = state.descriptors[file]?.inode else { return }
      let count = state.inodes[inode]?.data.count ?? 0
      state.inodes[inode]?.durable = count
    }
  }

  func syncDirectory(_ path: String) throws(LogFileError) {
    try check(.syncDirectory, path)
    state.withLock { state in
      state.durableNames = state.names
      state.changes = []
    }
  }

  func allocate(_ file: Int32, bytes: Int) throws(LogFileError) {
    try check(.allocate, try path(file))
    let isDone = state.withLock { state -> Bool in
      let used = state.names.values.reduce(0) { $0 + (state.inodes[$1]?.data.count ?? 0) }
      guard let inode = state.descriptors[file]?.inode, state.capacity - used >= bytes else { return false }
      state.inodes[inode]?.data = [UInt8](repeating: 0, count: bytes)
      return true
    }
    guard isDone else { throw LogFileError(ENOSPC) }
  }

  func freeBytes(in directory: String) throws(LogFileError) -> Int {
    state.withLock { state in
      state.capacity - state.names.values.reduce(0) { $0 + (state.inodes[$1]?.data.count ?? 0) }
    }
  }

  func rename(_ path: String, to other: String) throws(LogFileError) {
    try check(.rename, path)
    state.withLock { state in
      guard let inode = state.names.removeValue(forKey: path) else { return }
      state.names[other] = inode
      state.changes.append(NameChange(removed: path, added: (other, inode)))
    }
  }

  func remove(_ path: String) throws(LogFileError) {
    try check(.remove, path)
    let isThere = state.withLock { state in
      guard state.names.removeValue(forKey: path) != nil else { return false }
      state.changes.append(NameChange(removed: path))
      return true
    }
    guard isThere else { throw LogFileError(ENOENT) }
  }

  func close(_ file: Int32) {
    state.withLock { state in
      guard let descriptor = state.descriptors.removeValue(forKey: file) else { return }
      if descriptor.inode == 0 { state.locked.remove(descriptor.path) }
    }
  }
}
