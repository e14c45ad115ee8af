import CareModel
import Foundation
import NIOSSL
import Testing
import TransportSecurity

@Suite("certificates and keys")
struct TLSContextsTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("IntakeTests/Fixtures").path

  private static func path(_ name: String) -> String { "\(fixtures)/\(name)" }

  private static func settings(
    _ certificate: String = "server.pem", _ key: String = "server.key", authority: String? = nil,
    _ clients: TLSSettings.ClientCertificates = .none
  ) -> TLSSettings {
    TLSSettings(
      certificateFile: path(certificate), keyFile: path(key), clientAuthorityFile: authority.map(path),
      clientCertificates: clients)
  }

  private static func problem(_ settings: TLSSettings) -> TLSProblem? {
    do throws(TLSProblem) {
      _ = try TLSContexts(settings: settings)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "a file that cannot be used is named, with what to do",
    arguments: [
      (settings("none.pem"), TLSFile.certificate, "none.pem", TLSProblem.Reason.missing, "create it"),
      (settings("server.pem", "none.key"), .key, "none.key", .missing, "name the private key"),
      (settings(""), .certificate, "", .unreadable(21), "let the account"),
      (settings("README.md"), .certificate, "README.md", .noCertificate, "name the certificate"),
      (settings("server.key"), .certificate, "server.key", .noCertificate, "BEGIN CERTIFICATE"),
      (settings("server.pem", "server.pem"), .key, "server.pem", .noKey, "BEGIN PRIVATE KEY"),
      (settings("server.pem", "encrypted.key"), .key, "encrypted.key", .encryptedKey, "without a pass phrase"),
      (settings("server.pem", "client.key"), .key, "client.key", .keyMismatch, "that the certificate was made for"),
      (settings(authority: nil, .required), .clientAuthority, nil, .notNamed, "name one, or ask for none"),
      (
        settings(authority: "none.pem", .optional), .clientAuthority, "none.pem", .missing, "authorities of the clients"
      ),
      (settings(authority: "client.key", .optional), .clientAuthority, "client.key", .noCertificate, "name the"),
    ] as [(TLSSettings, TLSFile, String?, TLSProblem.Reason, String)])
  func problems(
    settings: TLSSettings, file: TLSFile, name: String?, reason: TLSProblem.Reason, advice: String
  ) throws {
    let problem = try #require(Self.problem(settings))
    #expect(problem == TLSProblem(file: file, path: name.map(Self.path) ?? "", reason: reason))
    #expect(problem.description.contains(advice))
    #expect(name.map { problem.description.hasPrefix(Self.path($0)) } != false)
  }

  @Test("the largest file is taken, one byte more is not; an empty one is no certificate")
  func size() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let certificate = try Data(contentsOf: URL(fileURLWithPath: Self.path("server.pem")))
    for (size, reason) in [
      (TLSContexts.maximumFileBytes, nil), (TLSContexts.maximumFileBytes + 1, .tooLarge), (0, .noCertificate),
    ] as [(Int, TLSProblem.Reason?)] {
      let padding = Data(repeating: 0x0A, count: max(0, size - certificate.count))
      try (size == 0 ? Data() : certificate + padding).write(to: file)
      let settings = TLSSettings(certificateFile: file.path, keyFile: Self.path("server.key"))
      #expect(Self.problem(settings)?.reason == reason)
    }
  }

  @Test("where the new files cannot be used, the old ones stay")
  func failedReload() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (certificate, key) = (folder.appendingPathComponent("a.pem"), folder.appendingPathComponent("a.key"))
    func install(_ source: String, to target: URL) throws {
      try Data(contentsOf: URL(fileURLWithPath: Self.path(source))).write(to: target)
    }
    try install("server.pem", to: certificate)
    try install("server.key", to: key)
    let contexts = try TLSContexts(settings: TLSSettings(certificateFile: certificate.path, keyFile: key.path))
    let before = contexts.current
    try install("renewed.pem", to: certificate)
    #expect(throws: TLSProblem(file: .key, path: key.path, reason: .keyMismatch)) { try contexts.reload() }
    #expect(contexts.current === before)
    try install("renewed.key", to: key)
    try contexts.reload()
    #expect(contexts.current !== before)
  }

  @Test("a certificate whose time is over is used all the same, with a warning")
  func expired() throws {
    let contexts = try TLSContexts(settings: Self.settings("expired.pem"))
    let end = try #require(Timestamp(rfc3339: "2002-01-01T00:00:00Z"))
    let start = try #require(Timestamp(rfc3339: "2001-01-01T00:00:00Z"))
    #expect(contexts.expiresAt == end)
    for (now, reason, moment) in [
      (end + .seconds(1), .expired, end), (end, .expiresSoon, end),
      (end - TLSContexts.renewalSpan + .seconds(1), .expiresSoon, end),
      (end - TLSContexts.renewalSpan, nil, end), (start, nil, end), (start - .seconds(1), .notYetValid, start),
    ] as [(Timestamp, TLSWarning.Reason?, Timestamp)] {
      let warnings = contexts.warnings(at: now)
      #expect(warnings.map(\.reason) == (reason.map { [$0] } ?? []))
      #expect(warnings.allSatisfy { $0.file == .certificate && $0.number == 1 && $0.moment == moment })
      #expect(warnings.allSatisfy { $0.description.hasPrefix(Self.path("expired.pem")) })
    }
  }

  @Test("the dates of the client authorities count as well")
  func authorityDates() throws {
    let contexts = try TLSContexts(settings: Self.settings(authority: "expired.pem", .optional))
    let warnings = contexts.warnings(at: Timestamp(seconds: 1_800_000_000))
    #expect(warnings.map(\.file) == [.clientAuthority])
    #expect(contexts.expiresAt > Timestamp(seconds: 4_000_000_000))
  }

  @Test("the names of a certificate: one common name, DNS names without control characters, so many and no more")
  func names() throws {
    let client = PeerCertificate(try NIOSSLCertificate.fromPEMFile(Self.path("client.pem"))[0])
    #expect(
      client == PeerCertificate(commonName: "A1", dnsNames: ["a1.devices.example", "h1.hospitals.example"]))
    let many = PeerCertificate(try NIOSSLCertificate.fromPEMFile(Self.path("names.pem"))[0])
    #expect(many.commonName == nil)
    #expect(many.dnsNames == (1...14).map { "d\($0).example" })
  }
}
