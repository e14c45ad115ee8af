import CareModel
import EngineHost
import RuleFiles

/// Looks at everything the daemon stands on, and says what to do.
package struct Doctor: Sendable {
  let configuration: Configuration
  let executable: String
  let environment: [String: String]
  let machine: MachineFacts
  let clock: WallClock

  /// A doctor for a daemon of this configuration.
  /// - Parameters:
  ///   - executable: the path of the running program; the migrations are looked for beside and above it.
  ///   - environment: where the name of a file with the secret key may stand.
  package init(
    configuration: Configuration, executable: String, environment: [String: String], machine: MachineFacts = .read(),
    clock: WallClock = .system
  ) {
    self.configuration = configuration
    self.executable = executable
    self.environment = environment
    self.machine = machine
    self.clock = clock
  }

  /// Everything that was looked at, in a fixed order.
  package func examine() async -> [Finding] {
    var findings = [Finding.ok("configuration", "is complete.")]
    findings += secretKey()
    findings.append(rules())
    let (daemon, isRunning) = await DaemonProbe(configuration.operations).look()
    findings += await ports(isRunning: isRunning)
    findings += daemon
    findings += [machine.diskFinding, machine.timeFinding, machine.zonesFinding]
    let (database, devices) = await DatabaseExamination(
      url: configuration.databaseURL, executable: executable, clock: clock
    ).findings()
    findings.append(machine.descriptorsFinding(devices: devices))
    return findings + database
  }

  private func secretKey() -> [Finding] {
    let check = "security.secretKey"
    if Set(configuration.secretKey.utf8).count < 8 {
      return [
        .problem(
          check, "has fewer than 8 different characters: it can be guessed.",
          do: "Make one with `openssl rand -hex 32`; devices and phones then need new secrets.")
      ]
    }
    guard let path = environment["SILVERBELL_SECURITY_SECRET_KEY_FILE"] else {
      return [
        .warning(
          check, "does not come from a file of its own.",
          do: "Put it into a file and name that in SILVERBELL_SECURITY_SECRET_KEY_FILE.")
      ]
    }
    guard MachineFacts.isPrivate(path) else {
      return [.warning(check, "lies in a file that others may read.", do: "Run `chmod 600` on it.")]
    }
    return [.ok(check, "is long enough and lies in a file of its own.")]
  }

  private func rules() -> Finding {
    do throws(RuleFileRefusal) {
      _ = try RuleFiles.load(path: configuration.rulesPath)
      return .ok("rules", "are readable, and their own tests pass.")
    } catch { return .problem("rules", error.description, do: nil) }
  }

  private func ports(isRunning: Bool) async -> [Finding] {
    var findings: [Finding] = []
    for listener in configuration.listeners {
      switch await PortCheck.objection(to: listener) {
      case nil: findings.append(.ok(listener.key, "\(listener.port) is free."))
      case .some where isRunning: findings.append(.ok(listener.key, "\(listener.port) is used by the running daemon."))
      case .some(let objection): findings.append(.problem(listener.key, objection, do: nil))
      }
    }
    return findings
  }
}
