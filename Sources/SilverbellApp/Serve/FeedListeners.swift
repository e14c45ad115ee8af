import CareModel
import DC09
import EngineHost
import FeedSession
import HL7
import Intake
import JT808
import Logging
import MQTT
import Operations
import SCAIP
import ServiceLifecycle
import TransportSecurity
import Watch

/// The listeners of all feeds that are not HTTP: one line a protocol and transport.
struct FeedListeners {
  let configuration: Configuration
  let host: EngineHost
  let clock: WallClock
  let logger: Logger
  let collector: PortCollector
  let registry: MetricsRegistry
  let files: FeedFiles
  /// What one address may do, over all listeners together.
  private let sources = SourceGuard()

  init(
    configuration: Configuration, host: EngineHost, clock: WallClock, logger: Logger, collector: PortCollector,
    registry: MetricsRegistry, files: FeedFiles
  ) {
    self.configuration = configuration
    self.host = host
    self.clock = clock
    self.logger = logger
    self.collector = collector
    self.registry = registry
    self.files = files
  }

  /// All listeners, ready to run.
  func services() -> [any Service] { devices() + panels() + socialAlarms() + locators() + hospitals() }

  private func devices() -> [any Service] {
    let host = host
    let makeSession = { @Sendable (peer: RemotePeer, _: Timestamp) in
      MQTTSession(
        connectionNumber: UniqueNumbers.process.next(),
        certified: peer.certificate.flatMap { host.principal(namedBy: $0.names) })
    }
    let receivers = [
      tcp("mqtt", configuration.mqtt, makeSession),
      configuration.securedMQTT.map { tcp("mqtt", $0, port: "mqtt.tls", isSecured: true, makeSession) },
    ].compactMap(\.self)
    count("mqtt") { receivers.map(\.counters) }
    return receivers
  }

  /// Alarm panels speak over TCP and UDP on the same port.
  private func panels() -> [any Service] {
    let settings = DC09Configuration(keys: files.panelKeys)
    let stream = tcp("dc09", configuration.dc09, port: "dc09.tcp") { _, _ in
      DC09Session(configuration: settings, transport: .stream)
    }
    let datagrams = udp("dc09", configuration.dc09) { _, _ in
      DC09Session(configuration: settings, transport: .datagram)
    }
    count("dc09") { [stream.counters, datagrams.counters] }
    return [stream, datagrams]
  }

  /// Social alarms speak SIP over TCP and UDP on the same port.
  private func socialAlarms() -> [any Service] {
    guard let listener = configuration.scaip else { return [] }
    let makeSession = { @Sendable (transport: SCAIPTransport) in
      { @Sendable (peer: RemotePeer, _: Timestamp) in
        let address = peer.ipAddress.flatMap { ip in peer.port.map { SCAIPPeer(address: ip, port: $0) } }
        return SCAIPSession(transport: transport, peer: address)
      }
    }
    let stream = tcp("scaip", listener, port: "scaip.tcp", makeSession(.tcp))
    let datagrams = udp("scaip", listener, makeSession(.udp))
    count("scaip") { [stream.counters, datagrams.counters] }
    return [stream, datagrams]
  }

  private func locators() -> [any Service] {
    var services: [any Service] = []
    if let listener = configuration.jt808 {
      let receiver = tcp("jt808", listener) { _, _ in JT808Session() }
      count("jt808") { [receiver.counters] }
      services.append(receiver)
    }
    if let listener = configuration.watch {
      let receiver = tcp("watch", listener) { _, _ in WatchSession() }
      count("watch") { [receiver.counters] }
      services.append(receiver)
    }
    return services
  }

  private func hospitals() -> [any Service] {
    var receivers: [TCPReceiver<MLLPSession>] = []
    for (index, hospital) in configuration.mllp.enumerated() {
      let settings = MLLPConfiguration(
        hospitalCode: hospital.hospital, defaultOffsetMinutes: configuration.offsetMinutes)
      let makeSession = { @Sendable (_: RemotePeer, _: Timestamp) in MLLPSession(configuration: settings) }
      receivers.append(tcp("mllp", hospital.listener, port: "mllp.\(index)", makeSession))
      if let secured = hospital.secured {
        receivers.append(tcp("mllp", secured, port: "mllp.\(index).tls", isSecured: true, makeSession))
      }
    }
    count("mllp") { [receivers] in receivers.map(\.counters) }
    return receivers
  }

  private func tcp<Session: FeedSession>(
    _ feed: String, _ listener: Configuration.Listener, port: String? = nil, isSecured: Bool = false,
    _ makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) -> TCPReceiver<Session> {
    let name = port ?? feed
    return TCPReceiver(
      settings: receiverSettings(feed, listener), engine: host, clock: clock, logger: logger,
      security: isSecured ? files.security : nil, sources: sources,
      didListen: { [collector] in collector.listening(name, port: $0) }, makeSession: makeSession)
  }

  private func udp<Session: FeedSession>(
    _ feed: String, _ listener: Configuration.Listener,
    _ makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) -> DatagramReceiver<Session> {
    DatagramReceiver(
      settings: receiverSettings(feed, listener), engine: host, clock: clock, logger: logger, sources: sources,
      didListen: { [collector] in collector.listening("\(feed).udp", port: $0) }, makeSession: makeSession)
  }

  private func receiverSettings(_ feed: String, _ listener: Configuration.Listener) -> ReceiverSettings {
    ReceiverSettings(
      name: feed, host: listener.host, port: listener.port, loopbackOnly: !configuration.allowsPlainListeners)
  }

  private func count(_ feed: String, _ counters: @escaping @Sendable () -> [ReceiverCounters]) {
    let metrics = IntakeMetrics(feed: feed, factory: registry)
    registry.beforeScrape { metrics.update(counters()) }
  }
}

extension PeerCertificate {
  /// All names in it, the common name first.
  fileprivate var names: [String] { [commonName].compactMap(\.self) + dnsNames }
}
