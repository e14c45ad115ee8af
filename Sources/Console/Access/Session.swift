import HTTPTypes

/// The page's session: a cookie that holds the token and that no script can read.
enum Session {
  /// The cookie's name.
  static let cookieName = "silverbell"
  /// How long a browser keeps it: one shift.
  static let maximumAgeSeconds = 12 * 3600

  /// The token in a request's cookie.
  static func token(in headers: HTTPFields) -> String? {
    for field in headers[values: .cookie] {
      for pair in field.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == cookieName else { continue }
        return percentDecoded(parts[1])
      }
    }
    return nil
  }

  /// The header's value that sets the cookie; nil takes it away.
  static func cookie(token: String?, isSecure: Bool) -> String {
    let value = token.map(encoded) ?? ""
    let age = token == nil ? 0 : maximumAgeSeconds
    return "\(cookieName)=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }

  /// Whether a request with a cookie comes from a page of ours (Fetch Metadata; older browsers say nothing).
  static func isSameSite(_ headers: HTTPFields) -> Bool {
    guard headers[.authorization] == nil, let site = headers[.secFetchSite] else { return true }
    return site == "same-origin" || site == "none"
  }

  private static func encoded(_ token: String) -> String {
    var text = ""
    for byte in token.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return text
  }
}
