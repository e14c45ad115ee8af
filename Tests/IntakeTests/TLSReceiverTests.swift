import FeedSession
import Foundation
import Intake
import MQTT
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing
import TransportSecurity

@Suite("transport security over a real socket", .timeLimit(.minutes(1)))
struct TLSReceiverTests {
  @Test(
    "TLS 1.2 and 1.3 are spoken, and what leaves and arrives is the same", arguments: [TLSFiles.Version.tls12, .tls13])
  func versions(version: TLSFiles.Version) async throws {
    try await RunningReceiver.mqtt(LateEngine(.onItsOwn(.accepted)), security: try TLSFiles.contexts()) { running in
      var client = try await SocketClient(
        port: running.port, security: try TLSFiles.client(versions: version...version))
      try await client.send(MQTTWords.connect("A1", clientID: "c") + MQTTWords.panic("A1", id: 7))
      #expect(await client.read(8) == MQTTWords.connack + MQTTWords.puback(7))
      #expect(running.receiver.counters.accepted == 1)
      #expect(running.receiver.counters.refused == [:])
    }
  }

  @Test("TLS 1.1 is refused, and TLS 1.2 as well where 1.3 is the least")
  func tooOld() async throws {
    for (least, spoken) in [(TLSSettings.Version.tls12, TLSFiles.Version.tls11), (.tls13, .tls12)] {
      let contexts = try TLSContexts(settings: TLSFiles.settings(minimumVersion: least))
      try await RunningReceiver.mqtt(LateEngine(), security: contexts) { running in
        var client = try await SocketClient(
          port: running.port, security: try TLSFiles.client(versions: spoken...spoken))
        #expect(await client.readToEnd() == [])
        await running.refused([.handshakeFailed: 1])
        #expect(running.receiver.counters.accepted == 0)
      }
    }
  }

  @Test("what is not TLS is closed at its first byte")
  func inTheClear() async throws {
    try await RunningReceiver.mqtt(LateEngine(), security: try TLSFiles.contexts()) { running in
      var client = try await SocketClient(port: running.port)
      try await client.send(MQTTWords.connect("A1", clientID: "c"))
      #expect(await client.readToEnd() == [])
      await running.refused([.handshakeFailed: 1])
    }
  }

  @Test(
    "a client's certificate reaches the session once it is verified; a stranger's or a server's ends the handshake",
    arguments: [
      (.none, "client", nil, true), (.optional, nil, nil, true), (.optional, "client", "A1", true),
      (.optional, "stranger", nil, false), (.required, nil, nil, false), (.required, "client", "A1", true),
      (.required, "stranger", nil, false), (.required, "server", nil, false),
    ] as [(TLSSettings.ClientCertificates, String?, String?, Bool)])
  func clientCertificates(
    asked: TLSSettings.ClientCertificates, shown: String?, name: String?, isServed: Bool
  ) async throws {
    let peers = Mutex<[RemotePeer]>([])
    let box = Box(peers)
    try await RunningReceiver.run(
      LateEngine(), security: try TLSFiles.contexts(asked),
      session: { peer in
        box.value.withLock { $0.append(peer) }
        return MQTTSession()
      }
    ) { running in
      var client = try await SocketClient(port: running.port, security: try TLSFiles.client(certificate: shown))
      try? await client.send(MQTTWords.connect("A1", clientID: "c"))
      #expect(await client.read(4) == (isServed ? MQTTWords.connack : []))
      let seen = box.value.withLock { $0 }
      #expect(seen.count == (isServed ? 1 : 0))
      #expect(seen.first?.certificate?.commonName == name)
      let names = ["a1.devices.example", "h1.hospitals.example"]
      #expect(seen.first?.certificate?.dnsNames == (name == nil ? nil : names))
      #expect(seen.first.map { $0.ipAddress == "127.0.0.1" } != false)
    }
  }

  @Test("new connections show the certificate that was loaded last, open ones go on")
  func reload() async throws {
    let folder = try Folder()
    try folder.install("server")
    let contexts = try TLSContexts(
      settings: TLSSettings(certificateFile: folder.path("tls.pem"), keyFile: folder.path("tls.key")))
    try await RunningReceiver.mqtt(LateEngine(), security: contexts) { running in
      let security = try TLSFiles.client()
      var older = try await running.device("A1", security: security)
      try folder.install("renewed")
      try contexts.reload()
      let newer = try await running.device("A2", security: security)
      #expect(try await older.serverCertificate() == NIOSSLCertificate.fromPEMFile(TLSFiles.path("server.pem"))[0])
      #expect(try await newer.serverCertificate() == NIOSSLCertificate.fromPEMFile(TLSFiles.path("renewed.pem"))[0])
      try await older.send(MQTTWords.pingreq)
      #expect(await older.read(2) == MQTTWords.pingresp)
    }
  }
}

@Suite("the end of secured connections", .timeLimit(.minutes(1)))
struct TLSEndTests {
  @Test("a peer that never reads is closed, and others are not disturbed")
  func slowReader() async throws {
    let engine = LateEngine()
    let contexts = try TLSFiles.contexts()
    try await RunningReceiver.mqtt(engine, { $0.maximumUnreadBytes = 65_536 }, security: contexts) { running in
      let security = try TLSFiles.client()
      var reader = try await running.device("B2", security: security)
      let silent = try await running.device("A1", security: security)
      try await silent.stopReading()
      try await silent.send(MQTTWords.subscribe("A1", qos: 0) + MQTTWords.panic("A1", id: 1))
      var deliveries = engine.deliveries.makeAsyncIterator()
      // Its subscription came before its signal.
      _ = await deliveries.next()
      for _ in 0..<400 { engine.send([UInt8](repeating: 0x20, count: 60_000), toDevice: "A1") }
      var departures = engine.departures.makeAsyncIterator()
      _ = await departures.next()
      #expect(running.receiver.counters.slowReaders == 1)
      #expect(running.receiver.counters.closed == [.peerClosed: 1])
      try await reader.send(MQTTWords.pingreq)
      #expect(await reader.read(2) == MQTTWords.pingresp)
    }
  }

  @Test("a graceful shutdown closes sessions, and connections that still shake hands")
  func shutdown() async throws {
    try await RunningReceiver.mqtt(LateEngine(), security: try TLSFiles.contexts()) { running in
      var device = try await running.device("A1", security: try TLSFiles.client())
      var silent = try await SocketClient(port: running.port)
      try await silent.send([0x16, 3, 1])
      _ = try await running.device("A2", security: try TLSFiles.client())
      await running.services.triggerGracefulShutdown()
      #expect(await device.readToEnd() == [])
      #expect(await silent.readToEnd() == [])
      await running.refused([.stopping: 1])
      while running.receiver.counters.open > 0 { await Task.yield() }
      #expect(running.receiver.counters.closed == [.shutdown: 2])
    }
  }

  @Test("a wrong password is answered before a secured connection closes")
  func lastWords() async throws {
    try await RunningReceiver.mqtt(LateEngine(), security: try TLSFiles.contexts()) { running in
      var client = try await SocketClient(port: running.port, security: try TLSFiles.client())
      try await client.send(MQTTWords.connect("A1", clientID: "c", password: "wrong"))
      #expect(await client.readToEnd() == [0x20, 2, 0, 4])
      #expect(running.receiver.counters.closed == [.notAuthenticated: 1])
    }
  }
}

/// A mutex that closures can share.
final class Box<Value: Sendable>: Sendable {
  let value: Mutex<Value>
  init(_ value: consuming Mutex<Value>) { self.value = value }
}

/// A folder of the test's own.
struct Folder: ~Copyable {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Puts a certificate of the fixtures and its key in place as `tls.pem` and `tls.key`.
  func install(_ name: String) throws {
    for ending in ["pem", "key"] {
      try Data(contentsOf: URL(fileURLWithPath: TLSFiles.path("\(name).\(ending)")))
        .write(to: URL(fileURLWithPath: path("tls.\(ending)")))
    }
  }
}

extension RunningReceiver {
  /// Waits until these and no other refusals are counted; the server counts a little after the client notices.
  func refused(_ expected: [RefusalReason: UInt64]) async {
    while receiver.counters.refused.values.reduce(0, +) < expected.values.reduce(0, +) { await Task.yield() }
    #expect(receiver.counters.refused == expected)
  }
}
