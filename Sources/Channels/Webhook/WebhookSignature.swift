import CareModel
import Crypto

/// The signature by which a receiver knows that a request comes from us and is not an old one.
///
/// `v1=` and the hexadecimal HMAC-SHA256, under the channel's secret, of the timestamp's text, a full stop and the
/// body.
package struct WebhookSignature: Sendable, Equatable {
  /// Whole seconds since 1970, as sent.
  package let timestamp: String
  /// The signature, as sent.
  package let text: String

  /// Signs a body.
  package init(body: [UInt8], at moment: Timestamp, secret: [UInt8]) {
    timestamp = String(moment.microseconds / 1_000_000)
    var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
    code.update(data: Array(timestamp.utf8))
    code.update(data: [UInt8(ascii: ".")])
    code.update(data: body)
    let digits = Array("0123456789abcdef".utf8)
    let hex = code.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    text = "v1=" + String(decoding: hex, as: UTF8.self)
  }
}
