/// Why bytes are not JSON, or not JSON within the limits. Carries no text of the message.
package struct JSONError: Error, Sendable, Equatable {
  /// What is wrong.
  package enum Problem: String, Sendable, CaseIterable {
    /// A limit of ``JSONLimits``.
    case tooLarge, tooDeep, tooManyNodes
    /// The text stops too early, or goes on after the value.
    case endOfText, trailingBytes
    /// A byte that cannot stand there.
    case unexpectedByte
    /// A number in a form that JSON does not have, or beyond what a double holds.
    case invalidNumber, numberOutOfRange
    /// Something wrong within a text.
    case invalidEscape, loneSurrogate, controlCharacter, invalidUTF8
  }

  /// What is wrong.
  package var problem: Problem
  /// Where, in bytes from the start; for invalid UTF-8 where the text begins.
  package var offset: Int

  /// An error.
  package init(_ problem: Problem, at offset: Int) {
    self.problem = problem
    self.offset = offset
  }
}

/// How much a reader takes; everything above is refused before memory is spent on it.
package struct JSONLimits: Sendable {
  /// Most bytes of the whole text.
  package var maximumBytes: Int
  /// Most arrays and objects inside each other; bounds the stack.
  package var maximumDepth: Int
  /// Most values of any kind; bounds the memory.
  package var maximumNodes: Int

  /// 1 MiB, 32 levels, 65,536 values.
  package static let standard = JSONLimits()

  /// Limits.
  package init(maximumBytes: Int = 1 << 20, maximumDepth: Int = 32, maximumNodes: Int = 1 << 16) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumNodes = maximumNodes
  }
}
