import CareModel

/// A bit of a maker's own item in a location report that says something we act on.
///
/// The standard leaves items from E0 upwards to the makers, so what they mean is configuration.
package struct VendorCondition: Sendable, Equatable {
  /// The item's id.
  package var item: UInt8
  /// Which byte of the item's value, from 0.
  package var byte: Int
  /// The bits of that byte; any of them set means the condition.
  package var mask: UInt8
  /// What it says: an alarm or a technical kind.
  package var kind: SignalKind

  /// A condition; an item that is too short for `byte` does not meet it.
  package init(item: UInt8, byte: Int, mask: UInt8, kind: SignalKind) {
    self.item = item
    self.byte = byte
    self.mask = mask
    self.kind = kind
  }
}

/// The settings of one JT/T 808 listener, with the bounds of every session.
package struct JT808Configuration: Sendable, Equatable {
  /// What bits of makers' items mean; at most ``maximumVendorConditions``.
  package var vendorConditions: [VendorCondition]
  /// Largest frame in bytes as sent, without its marks; a larger one closes the connection.
  package var maximumFrameBytes: Int
  /// Most bytes kept while nothing may be processed; one past it, the connection is closed.
  package var maximumHeldBytes: Int
  /// Most deliveries handed over and not settled, or answers that wait for them; then reading pauses. The message that
  /// reaches the bound is delivered whole.
  package var maximumUnsettled: Int
  /// Most frames in a row that are no frames (too short, wrong check byte); one past it, the connection is closed.
  package var maximumDamagedFrames: Int
  /// Most messages in parts that are put together at once; a part that does not fit is delivered by itself as
  /// `unknown`.
  package var maximumAssemblies: Int
  /// Most parts of one message.
  package var maximumParts: Int
  /// Most bytes, as sent, of all parts that wait.
  package var maximumAssemblyBytes: Int
  /// Most reports of one batch (0704); what is beyond is delivered as one `unknown`.
  package var maximumBatchReports: Int
  /// How long a message may wait for its next part; then its parts are delivered as they are.
  package var assemblyLimit: TimeSpan
  /// How long the answer to the question who the peer is may take; then it goes on as unauthenticated.
  package var authenticationLimit: TimeSpan
  /// How long a connection may bring no whole frame.
  package var idleLimit: TimeSpan

  /// How long a resend is recognised (protocols page, section 7).
  package static let repeatWindow = TimeSpan.minutes(10)
  /// Most entries of ``vendorConditions``; bounds the signals of one report.
  package static let maximumVendorConditions = 32

  /// Settings; the standard's largest frame is 1,045 bytes before escapes.
  package init(
    vendorConditions: [VendorCondition] = [], maximumFrameBytes: Int = 4096, maximumHeldBytes: Int = 262_144,
    maximumUnsettled: Int = 64, maximumDamagedFrames: Int = 8, maximumAssemblies: Int = 4, maximumParts: Int = 64,
    maximumAssemblyBytes: Int = 65_536, maximumBatchReports: Int = 128, assemblyLimit: TimeSpan = .seconds(10),
    authenticationLimit: TimeSpan = .seconds(10), idleLimit: TimeSpan = .minutes(30)
  ) {
    precondition(vendorConditions.count <= Self.maximumVendorConditions)
    precondition(maximumFrameBytes > 0 && maximumUnsettled > 0 && maximumBatchReports > 0)
    self.vendorConditions = vendorConditions
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumUnsettled = maximumUnsettled
    self.maximumDamagedFrames = maximumDamagedFrames
    self.maximumAssemblies = maximumAssemblies
    self.maximumParts = maximumParts
    self.maximumAssemblyBytes = maximumAssemblyBytes
    self.maximumBatchReports = maximumBatchReports
    self.assemblyLimit = assemblyLimit
    self.authenticationLimit = authenticationLimit
    self.idleLimit = idleLimit
  }
}
