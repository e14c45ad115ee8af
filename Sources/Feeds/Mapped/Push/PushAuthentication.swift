import Crypto
import JSONText

/// How a platform shows that a push is its own. The secrets are no part of the mapping.
package enum PushAuthentication: Sendable, Equatable {
  /// `Authorization: Bearer <secret>`.
  case bearer
  /// The secret in a parameter of the address, for platforms that can send nothing else.
  case query(name: String)
  /// HMAC-SHA256 of the body in a header, in hexadecimal or base64, perhaps after a fixed prefix (`sha256=`).
  case hmacSHA256(header: String, encoding: ByteText, prefix: String)
  /// OneNET: base64(md5(token + nonce + message)) with all three in the body; the first of `messages` that is there
  /// is the message, the text itself or the bytes of the object.
  case oneNET(messages: [String], nonce: String, signature: String)
  /// Nothing, so only from this machine.
  case loopback

  /// Whether a request is the platform's; without a secret nothing is, but what comes over loopback where that is
  /// enough.
  func accepts(_ request: PushRequest, secrets: [[UInt8]]) -> Bool {
    switch self {
    case .loopback: return request.isLoopback
    case .bearer:
      guard let given = request.bearerToken else { return false }
      return secrets.contains { isEqualInConstantTime($0, given) }
    case .query(let name):
      guard let given = request.parameter(name) else { return false }
      return secrets.contains { secret in given.contains { isEqualInConstantTime(secret, $0) } }
    case .hmacSHA256(let header, let encoding, let prefix):
      guard let text = request.header(header), text.hasPrefix(prefix),
        let code = encoding.decode(String(text.dropFirst(prefix.count)), maximumBytes: SHA256.byteCount)
      else { return false }
      return secrets.contains { secret in
        HMAC<SHA256>.isValidAuthenticationCode(
          code, authenticating: request.body, using: SymmetricKey(data: secret))
      }
    case .oneNET(let messages, let nonce, let signature):
      guard let signed = SignedBody(request.body, messages: messages, nonce: nonce, signature: signature) else {
        return false
      }
      return secrets.contains { isOneNETSignature(signed.signature, of: signed.nonce + signed.message, secret: $0) }
    }
  }
}

/// The three members of a body that OneNET signs.
private struct SignedBody {
  let message: [UInt8]
  let nonce: [UInt8]
  let signature: [UInt8]

  init?(_ body: [UInt8], messages: [String], nonce nonceName: String, signature signatureName: String) {
    guard let document = try? JSONValue(parsing: body),
      let nonce = document[nonceName].flatMap(scalarText), let signature = document[signatureName]?.string,
      let name = messages.first(where: { document[$0]?.isNull == false }), let value = document[name]
    else { return nil }
    if let text = value.string {
      message = Array(text.utf8)
    } else {
      guard let raw = RawJSON(body).member(name) else { return nil }
      message = raw
    }
    self.nonce = Array(nonce.utf8)
    self.signature = Array(signature.utf8)
  }
}

/// Whether `signature` is base64(md5(secret + message)), as OneNET signs.
func isOneNETSignature(_ signature: [UInt8], of message: [UInt8], secret: [UInt8]) -> Bool {
  let digest = Array(Insecure.MD5.hash(data: secret + message))
  return isEqualInConstantTime(Array(base64(digest).utf8), signature)
}

/// Whether a secret is not empty and the same as what was given; takes as long wherever they differ.
func isEqualInConstantTime(_ secret: [UInt8], _ given: [UInt8]) -> Bool {
  guard !secret.isEmpty, secret.count == given.count else { return false }
  var difference: UInt8 = 0
  for (left, right) in zip(secret, given) { difference |= left ^ right }
  return difference == 0
}
