import Foundation
import Glibc
import Operations

/// A bound datagram socket, as systemd has one; in the file system or, with `@` in front, beside it.
final class DatagramSocket {
  private let descriptor: Int32
  private let file: String?

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    file = path.hasPrefix("@") ? nil : path
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard status == 0 else { throw CocoaError(.fileNoSuchFile) }
  }

  deinit {
    close(descriptor)
    if let file { unlink(file) }
  }

  /// What has arrived, oldest first; a local datagram is there as soon as it was sent.
  func received() -> [String] {
    var texts: [String] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
      guard count >= 0 else { return texts }
      texts.append(String(decoding: bytes[..<count], as: UTF8.self))
    }
  }

  /// An address that nobody has, in a temporary folder.
  static func freshPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("sb-\(UUID().uuidString.prefix(8))").path
  }
}
