import Glibc

/// Who a connection signs in as.
package struct DeviceLogin: Sendable, Equatable {
  /// The serial, or the user name of a phone.
  package var serial: String
  /// The secret; empty under anonymous access.
  package var secret: String

  /// A login.
  package init(serial: String, secret: String) {
    self.serial = serial
    self.secret = secret
  }
}

/// The devices of a sample city.
package enum DeviceList {
  /// Reads `serial,secret` lines after a heading.
  ///
  /// - Throws: ``LoadFailure`` when the file cannot be read or a line has no secret.
  package static func read(path: String) throws(LoadFailure) -> [DeviceLogin] {
    guard let file = fopen(path, "r") else { throw LoadFailure("\(path): \(LoadFailure.systemText)") }
    defer { fclose(file) }
    var logins: [DeviceLogin] = []
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    var isHeading = true
    while getline(&line, &capacity, file) > 0, let text = line.map({ String(cString: $0) }) {
      defer { isHeading = false }
      if isHeading { continue }
      let fields = text.split(whereSeparator: { $0 == "," || $0.isNewline })
      guard fields.count >= 2 else { throw LoadFailure("\(path): line \(logins.count + 2) has no secret") }
      logins.append(DeviceLogin(serial: String(fields[0]), secret: String(fields[1])))
    }
    return logins
  }

  /// Serials for a broker that asks for none.
  package static func anonymous(_ count: Int) -> [DeviceLogin] {
    (0..<count).map { number in
      let digits = String(number + 1)
      return DeviceLogin(
        serial: "SB-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits, secret: "")
    }
  }
}
