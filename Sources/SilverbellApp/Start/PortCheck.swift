import Glibc
import Intake
import NIOCore
import NIOPosix

/// Tries every port before anything else is started, so that a complaint names the key it comes from.
package enum PortCheck {
  /// Listens on each for a moment.
  /// - Throws: ``StartProblem/port(_:)`` for the first that cannot be listened on.
  package static func run(_ listeners: [Configuration.Listener]) async throws(StartProblem) {
    for listener in listeners {
      guard let reason = await objection(to: listener) else { continue }
      throw .port(ConfigurationProblem(place: listener.place, key: listener.key, message: reason))
    }
  }

  /// Why one cannot be listened on; nil when it can.
  package static func objection(to listener: Configuration.Listener) async -> String? {
    do {
      let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      let channel = try await bootstrap.bind(host: listener.host, port: listener.port).get()
      try? await channel.close().get()
      return nil
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      return "port \(listener.port) on \(listener.host) is in use: choose another, or stop the program that has it."
    } catch let error as IOError where error.errnoCode == EACCES {
      return "port \(listener.port) needs a right that this user has not: choose one above 1023."
    } catch {
      return "\(listener.host) port \(listener.port) cannot be listened on: use an address of this machine."
    }
  }
}

extension Configuration {
  /// Refuses feeds that would take personal data in the clear from other machines, unless that is wanted.
  /// - Throws: ``StartProblem/port(_:)`` for the first.
  func checkPlainListeners() throws(StartProblem) {
    guard !allowsPlainListeners else { return }
    for listener in plainFeeds where !ReceiverSettings.isLoopback(listener.host) {
      throw .port(
        ConfigurationProblem(
          place: listener.place, key: listener.key,
          message: "takes personal data in the clear from other machines: use tlsPort with a certificate, listen on "
            + "127.0.0.1, or set tls.plainListeners to anywhere."))
    }
  }
}
