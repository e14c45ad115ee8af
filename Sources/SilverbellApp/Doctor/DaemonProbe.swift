import AsyncHTTPClient
import JSONText
import NIOCore

/// Asks the operations page of a daemon of the same configuration, if one runs.
struct DaemonProbe {
  /// How long an answer may take.
  static let limit = TimeAmount.seconds(2)
  /// Most bytes of an answer.
  static let maximumBytes = 1 << 16

  private let address: String

  init(_ listener: Configuration.Listener) {
    let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
    // What listens everywhere is asked on this machine.
    let near = ["0.0.0.0": "127.0.0.1", "[::]": "[::1]"][host] ?? host
    address = "http://\(near):\(listener.port)"
  }

  /// What the page says; and whether a daemon runs at all.
  func look() async -> (findings: [Finding], isRunning: Bool) {
    guard let health = await ask("/healthz"), let readiness = await ask("/readyz") else {
      return ([.ok("daemon", "is not running under this configuration.")], false)
    }
    let stuck = Self.reasons(health)
    if !stuck.isEmpty {
      let advice = "Restart it; systemd does so by itself with WatchdogSec."
      return ([.problem("daemon", "is stuck: " + stuck.joined(separator: " "), do: advice)], true)
    }
    let reasons = Self.reasons(readiness)
    guard reasons.isEmpty else {
      return ([.problem("daemon", "runs, and accepts no alarms: " + reasons.joined(separator: " "), do: nil)], true)
    }
    return ([.ok("daemon", "runs and accepts alarms.")], true)
  }

  /// The JSON of an answer that is one of ours.
  private func ask(_ path: String) async -> JSONValue? {
    let request = HTTPClientRequest(url: address + path)
    guard let response = try? await HTTPClient.shared.execute(request, timeout: Self.limit),
      let body = try? await response.body.collect(upTo: Self.maximumBytes),
      let value = try? JSONValue(parsing: Array(body.readableBytesView)), value["status"]?.string != nil
    else { return nil }
    return value
  }

  private static func reasons(_ value: JSONValue) -> [String] {
    (value["reasons"]?.array ?? []).map { reason in
      "\(reason["subject"]?.string ?? "") \(reason["message"]?.string ?? "")"
    }
  }
}
