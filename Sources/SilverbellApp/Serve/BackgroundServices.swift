import CareModel
import CareStore
import EngineHost
import Logging
import PQ
import ServiceLifecycle

/// The engine's host: it is started before the group, so that nothing listens before it can decide; it stops last.
struct HostService: Service {
  /// How long what is queued may take to be written when the daemon stops.
  static let stopLimit = Swift.Duration.seconds(10)

  let host: EngineHost

  func run() async throws {
    try? await gracefulShutdown()
    await host.stop(within: Self.stopLimit)
  }
}

/// Writes telemetry; what waits is written before it stops.
struct TelemetryService: Service {
  let telemetry: PostgresTelemetry

  func run() async throws {
    await withGracefulShutdownHandler {
      await telemetry.run()
    } onGracefulShutdown: {
      telemetry.finish()
    }
  }
}

/// Follows register changes: at once on a hint from the database, and every few seconds because hints may be lost.
struct RegisterService: Service {
  /// Between two questions.
  static let interval = Swift.Duration.seconds(5)
  /// Between two attempts to listen for hints.
  static let listenAgain = Swift.Duration.seconds(2)

  let host: EngineHost
  let hosts: PQHostList
  let version: Int64

  func run() async throws {
    let (hints, giver) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await host.followRegister(from: version, hints: hints, interval: Self.interval) }
        group.addTask { await listen(giver) }
        await group.waitForAll()
      }
    }
  }

  private func listen(_ giver: AsyncStream<Void>.Continuation) async {
    while !Task.isCancelled {
      if let connection = try? await hosts.connect(
        applicationName: "silverbell-listen", deadlineSeconds: DatabaseStart.connectSeconds)
      {
        if let hints = try? await connection.listen(PostgresRegister.notificationChannel) {
          giver.yield()
          for await _ in hints { giver.yield() }
        }
        connection.close()
      }
      try? await Task.sleep(for: Self.listenAgain)
    }
    giver.finish()
  }
}

/// Keeps the partitions of the months ahead.
struct PartitionService: Service {
  /// Between two looks.
  static let interval = Swift.Duration.seconds(24 * 3600)
  /// Before the next try when one failed.
  static let retry = Swift.Duration.seconds(600)

  let hosts: PQHostList
  let clock: WallClock
  let horizon: PartitionHorizon
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let isDone = await ensure()
        try? await Task.sleep(for: isDone ? Self.interval : Self.retry)
      }
    }
  }

  private func ensure() async -> Bool {
    do throws(PQError) {
      let connection = try await hosts.connect(
        applicationName: "silverbell-partitions", deadlineSeconds: DatabaseStart.connectSeconds)
      defer { connection.close() }
      let now = clock.now()
      horizon.reaches(try await Migrator.ensurePartitions(on: connection, now: now), after: now)
      return true
    } catch {
      logger.error("the partitions of the months ahead could not be made; tried again in 10 min")
      return false
    }
  }
}
