import CareModel
import Glibc
import NIOSSL

/// A file of certificates or a key, read whole.
struct PEMFile {
  let file: TLSFile
  let path: String
  private let bytes: [UInt8]

  /// Reads a file.
  init(_ file: TLSFile, path: String) throws(TLSProblem) {
    self.file = file
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw TLSProblem(file: file, path: path, reason: errno == ENOENT ? .missing : .unreadable(errno))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw TLSProblem(file: file, path: path, reason: .unreadable(errno))
      }
      if count == 0 { break }
      bytes += chunk.prefix(count)
      guard bytes.count <= TLSContexts.maximumFileBytes else {
        throw TLSProblem(file: file, path: path, reason: .tooLarge)
      }
    }
    self.bytes = bytes
  }

  /// The certificates in the file, at least one.
  func certificates() throws(TLSProblem) -> [NIOSSLCertificate] {
    guard !bytes.isEmpty, let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes) else {
      throw problem(.noCertificate)
    }
    return certificates
  }

  /// The private key in the file.
  func privateKey() throws(TLSProblem) -> NIOSSLPrivateKey {
    guard !bytes.isEmpty else { throw problem(.noKey) }
    if let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) { return key }
    let text = String(decoding: bytes, as: UTF8.self)
    throw problem(text.contains("ENCRYPTED") ? .encryptedKey : .noKey)
  }

  func problem(_ reason: TLSProblem.Reason) -> TLSProblem { TLSProblem(file: file, path: path, reason: reason) }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
