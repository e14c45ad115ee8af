/// Finds the blocks of the minimal lower layer protocol (`0x0B message 0x1C 0x0D`) in bytes cut anywhere.
///
/// What stands between blocks is skipped, so that a missing `0x0D` and junk cost nothing; a `0x0B` inside a block
/// means that the sender started again, and the unfinished block is dropped.
package struct MLLPDeframer: Sendable {
  /// The byte that starts a block.
  package static let startByte: UInt8 = 0x0B
  /// The byte that ends a block.
  package static let endByte: UInt8 = 0x1C

  /// Largest block in bytes; enforced while the block arrives.
  package let maximumMessageBytes: Int
  /// A block has begun and not ended.
  package private(set) var isInsideBlock = false
  /// A block grew past the limit; nothing is read any more.
  package private(set) var isOversized = false
  /// How many blocks have begun; tells a new one from one that goes on.
  package private(set) var startedBlocks = 0
  private var block: [UInt8] = []

  /// A deframer with nothing read.
  package init(maximumMessageBytes: Int) { self.maximumMessageBytes = maximumMessageBytes }

  /// Takes the next bytes.
  ///
  /// - Returns: the blocks that were completed, without their frame, in order; empty blocks too.
  package mutating func append(_ bytes: [UInt8]) -> [[UInt8]] {
    var completed: [[UInt8]] = []
    var position = 0
    while position < bytes.count, !isOversized {
      let rest = bytes[position...]
      guard isInsideBlock else {
        guard let start = rest.firstIndex(of: Self.startByte) else { return completed }
        begin()
        position = start + 1
        continue
      }
      let stop = rest.firstIndex { $0 == Self.endByte || $0 == Self.startByte } ?? bytes.count
      guard block.count + (stop - position) <= maximumMessageBytes || isRestart(bytes, stop) else {
        block = []
        isOversized = true
        return completed
      }
      if stop < bytes.count, bytes[stop] == Self.startByte {
        begin()
      } else {
        block += rest[..<stop]
        if stop < bytes.count {
          completed.append(block)
          block = []
          isInsideBlock = false
        }
      }
      position = stop + 1
    }
    return completed
  }

  private func isRestart(_ bytes: [UInt8], _ stop: Int) -> Bool {
    stop < bytes.count && bytes[stop] == Self.startByte
  }

  private mutating func begin() {
    block = []
    isInsideBlock = true
    startedBlocks += 1
  }
}
