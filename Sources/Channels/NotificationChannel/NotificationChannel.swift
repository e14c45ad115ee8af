import CareModel

/// One way to reach people: a folder of its own, behind this seam.
package protocol NotificationChannel: Sendable {
  /// What the channel is called and which settings it takes.
  static var descriptor: ChannelDescriptor { get }

  /// Tries once to deliver; retries are decided by the engine, never here.
  ///
  /// - Returns: once the receiving side has taken the message.
  /// - Throws: whether another try makes sense; its description never holds an address or personal data.
  func deliver(_ message: ChannelMessage) async throws(DeliveryFailure)
}

/// A message as a channel sees it.
package struct ChannelMessage: Sendable, Equatable {
  /// The same for every try of the same message; the receiver uses it to drop repeats.
  package var idempotencyKey: NotificationID
  /// An address that the channel understands.
  package var address: String
  /// The JSON text to deliver.
  package var body: [UInt8]
  /// The number of this try, from 1.
  package var attempt: Int
  /// The message may have been delivered before.
  package var isPossibleRepeat: Bool

  /// A message.
  package init(
    idempotencyKey: NotificationID, address: String, body: [UInt8], attempt: Int, isPossibleRepeat: Bool
  ) {
    self.idempotencyKey = idempotencyKey
    self.address = address
    self.body = body
    self.attempt = attempt
    self.isPossibleRepeat = isPossibleRepeat
  }
}

/// Why a delivery failed.
package struct DeliveryFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another try may succeed.
  package var isRetryable: Bool
  /// What went wrong, without address or personal data (`HTTP 503`, `timed out`).
  package var description: String

  /// A failure.
  package init(isRetryable: Bool, description: String) {
    self.isRetryable = isRetryable
    self.description = description
  }
}

/// What a channel says of itself, so that configuration, forms and checks come from one folder.
package struct ChannelDescriptor: Sendable, Equatable {
  /// The name in configuration and destinations.
  package var name: String
  /// Its settings.
  package var settings: [Setting]

  /// One setting of a channel.
  package struct Setting: Sendable, Equatable {
    /// The key in the configuration.
    package var key: String
    /// One sentence for the person who fills it in, Chinese and English.
    package var help: String
    /// Must be kept out of logs and printed configurations.
    package var isSecret: Bool
    /// Must be given.
    package var isRequired: Bool

    /// A setting.
    package init(key: String, help: String, isSecret: Bool = false, isRequired: Bool = false) {
      self.key = key
      self.help = help
      self.isSecret = isSecret
      self.isRequired = isRequired
    }
  }

  /// A descriptor.
  package init(name: String, settings: [Setting]) {
    self.name = name
    self.settings = settings
  }
}
