import DC09

/// The keys of alarm panels by account, from a file of ``SecretLines``.
enum PanelKeys {
  static func read(_ path: String) throws(StartProblem) -> [String: [UInt8]] {
    let lines = try SecretLines.read(
      path, key: "dc09.keysFile", form: "ACCOUNT=HEX with 32, 48 or 64 hexadecimal digits"
    ) { text in
      bytes(of: text).flatMap { DC09Configuration.isKey($0) ? $0 : nil }
    }
    return Dictionary(lines.map { ($0.name, $0.secret) }, uniquingKeysWith: { _, last in last })
  }

  private static func bytes(of hexadecimal: String) -> [UInt8]? {
    let digits = hexadecimal.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
