import CareModel
import EngineHost

/// What all connections of one receiver share; one reference a connection.
final class ReceiverContext: Sendable {
  let settings: ReceiverSettings
  let engine: any EnginePort
  let clock: WallClock
  let table: ConnectionTable
  let counters = CounterBox()

  init(settings: ReceiverSettings, engine: any EnginePort, clock: WallClock) {
    self.settings = settings
    self.engine = engine
    self.clock = clock
    table = ConnectionTable(maximumConnections: settings.maximumConnections)
  }
}
