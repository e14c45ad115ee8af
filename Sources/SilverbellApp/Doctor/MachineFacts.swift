import CTimex
import Foundation
import Glibc

/// What the doctor wants to know of the machine.
package struct MachineFacts: Sendable {
  /// Free space below which the disk is called full.
  package static let minimumFreeBytes: UInt64 = 2 << 30
  /// Zones that hospital messages and duty rosters of this country need.
  static let zones = ["Asia/Shanghai", "UTC"]
  /// Descriptors besides those of devices: database, console, phones, files.
  package static let otherDescriptors: UInt64 = 5000

  /// Free bytes where the doctor was started; nil = unknown.
  package var freeBytes: UInt64?
  /// The soft limit of open files; nil = unknown.
  package var maximumDescriptors: UInt64?
  /// The kernel says that the clock follows a time server; nil = it does not say.
  package var isClockSynchronised: Bool?
  /// Zones of ``zones`` that the machine lacks.
  package var missingZones: [String]

  /// Facts as given.
  package init(
    freeBytes: UInt64?, maximumDescriptors: UInt64?, isClockSynchronised: Bool?, missingZones: [String]
  ) {
    self.freeBytes = freeBytes
    self.maximumDescriptors = maximumDescriptors
    self.isClockSynchronised = isClockSynchronised
    self.missingZones = missingZones
  }

  /// Asks the system.
  package static func read() -> MachineFacts {
    var disk = statvfs()
    let isDiskKnown = statvfs(".", &disk) == 0
    var limit = rlimit()
    let isLimitKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    // With no modes set, the kernel is only asked.
    var time = timex()
    let state = adjtimex(&time)
    let folder = "/usr/share/zoneinfo/"
    return MachineFacts(
      freeBytes: isDiskKnown ? UInt64(disk.f_bavail) * UInt64(disk.f_frsize) : nil,
      maximumDescriptors: isLimitKnown ? UInt64(limit.rlim_cur) : nil,
      isClockSynchronised: state < 0 ? nil : state != TIME_ERROR && time.status & STA_UNSYNC == 0,
      missingZones: zones.filter { access(folder + $0, R_OK) != 0 })
  }

  /// Nobody but the owner may read or write the file.
  static func isPrivate(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = attributes?[.posixPermissions] as? NSNumber else { return false }
    return mode.intValue & 0o077 == 0
  }

  var diskFinding: Finding {
    guard let freeBytes else { return .warning("disk", "does not tell its free space.", do: "Look at it with df.") }
    let free = "\(freeBytes >> 20) MiB are free here"
    if freeBytes < Self.minimumFreeBytes { return .problem("disk", free + ": less than 2 GiB.", do: "Make room.") }
    return .ok("disk", free + ".")
  }

  var timeFinding: Finding {
    switch isClockSynchronised {
    case true?: .ok("time", "follows a time server.")
    case false?:
      .warning(
        "time", "is not synchronised, as the kernel says.", do: "Run a time service (chrony, systemd-timesyncd).")
    case nil: .warning("time", "may or may not be synchronised: the kernel does not say.", do: "Look at timedatectl.")
    }
  }

  var zonesFinding: Finding {
    guard !missingZones.isEmpty else { return .ok("tzdata", "has the zones that are needed.") }
    return .problem("tzdata", "lacks \(missingZones.joined(separator: ", ")).", do: "Install the package tzdata.")
  }

  /// - Parameter devices: registered devices, each of which may hold a connection; nil = unknown.
  func descriptorsFinding(devices: Int64?) -> Finding {
    let check = "descriptors"
    guard let maximumDescriptors else {
      return .warning(check, "have a limit that the system does not tell.", do: "Look at ulimit -n.")
    }
    let needed = UInt64(max(0, devices ?? 0)) + Self.otherDescriptors
    let limit = "\(maximumDescriptors) may be open"
    guard maximumDescriptors < needed else { return .ok(check, limit + ".") }
    return .warning(
      check, limit + ", \(needed) are needed when all devices connect.",
      do: "Raise LimitNOFILE in the unit, or ulimit -n.")
  }
}
