import CareModel

/// Names one message to a peer until its fate is known.
package struct DownlinkToken: Hashable, Sendable {
  /// Counts within the process.
  package let number: UInt64
  /// A token.
  package init(number: UInt64) { self.number = number }
}

/// A message for the peer of a session.
package struct Downlink: Sendable, Equatable {
  /// What it is about; decides topic and queueing.
  package enum Purpose: Sendable, Equatable {
    /// The second acknowledgement to a device; a newer one replaces an older one that still waits.
    case deviceStatus(serial: String)
    /// An offer (or its withdrawal) to a member of staff; never dropped silently.
    case staffOffer(StaffID)
  }

  /// What it is about.
  package var purpose: Purpose
  /// The JSON text of interfaces page, section 3.
  package var payload: [UInt8]
  /// Wants ``FeedAction/downlinkReported(_:isDelivered:)`` once the peer has acknowledged it (or never will).
  package var token: DownlinkToken?

  /// A downlink message.
  package init(purpose: Purpose, payload: [UInt8], token: DownlinkToken? = nil) {
    self.purpose = purpose
    self.payload = payload
    self.token = token
  }
}
