import Glibc

/// Why a measurement cannot be made, in one sentence.
package struct LoadFailure: Error, CustomStringConvertible, Equatable {
  /// The sentence.
  package let description: String

  /// A failure.
  package init(_ description: String) { self.description = description }

  /// What the system said last.
  static var systemText: String { String(cString: strerror(errno)) }
}
