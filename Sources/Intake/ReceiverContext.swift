import CareModel
import EngineHost
import FeedSession

/// What all sessions of one receiver share; one reference a session.
final class ReceiverContext<Session: FeedSession>: Sendable {
  let settings: ReceiverSettings
  let engine: any EnginePort
  let clock: WallClock
  let sources: SourceGuard
  let makeSession: @Sendable (RemotePeer, Timestamp) -> Session
  let table: ConnectionTable
  let handshakes: HandshakeQueue
  let counters = CounterBox()

  init(
    settings: ReceiverSettings, engine: any EnginePort, clock: WallClock, sources: SourceGuard,
    makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) {
    self.settings = settings
    self.engine = engine
    self.clock = clock
    self.sources = sources
    self.makeSession = makeSession
    table = ConnectionTable(
      maximumConnections: settings.maximumConnections, maximumUnproven: settings.maximumUnproven)
    handshakes = HandshakeQueue(limits: settings.handshakes)
  }
}
