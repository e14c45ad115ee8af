import CivilZones
import Foundation

/// Time zones from the machine's zone files.
package struct ZoneFiles: Sendable {
  /// The folder with a file for each zone.
  package var folder: String

  /// The zones of the machine.
  package static let system = ZoneFiles(folder: "/usr/share/zoneinfo")

  /// Zones of a folder.
  package init(folder: String) { self.folder = folder }

  /// Why a zone cannot be used: one sentence.
  package struct Refusal: Error, Sendable, Equatable {
    /// What is wrong and what to do.
    package let message: String

    /// A refusal.
    package init(message: String) { self.message = message }
  }

  /// Longest name of a zone, in bytes.
  static let maximumNameBytes = 64

  /// The zone of that name, such as `Asia/Shanghai`.
  package func zone(_ name: String) throws(Refusal) -> TimeZoneRules {
    guard Self.isName(name) else {
      throw Refusal(message: "'\(name.prefix(40))' is not the name of a time zone: write one such as Asia/Shanghai.")
    }
    guard let handle = FileHandle(forReadingAtPath: folder + "/" + name) else {
      throw Refusal(
        message: FileManager.default.fileExists(atPath: folder)
          ? "there is no time zone '\(name)' on this machine: correct the name, or update the package tzdata."
          : "this machine has no time zones (\(folder) is missing): install the package tzdata.")
    }
    defer { try? handle.close() }
    guard let bytes = try? handle.read(upToCount: TimeZoneRules.maximumBytes + 1) else {
      throw Refusal(message: "the time zone '\(name)' cannot be read: write one such as Asia/Shanghai.")
    }
    do throws(TZifError) {
      return try TimeZoneRules(tzif: Array(bytes))
    } catch {
      throw Refusal(
        message: "the file of the time zone '\(name)' is damaged (\(error)): install the package tzdata anew.")
    }
  }

  /// Words of letters, digits, `_`, `+` and `-`, joined by slashes: nothing that leaves the folder.
  private static func isName(_ name: String) -> Bool {
    guard (1...maximumNameBytes).contains(name.utf8.count) else { return false }
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.allSatisfy { byte in
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "_+-".utf8.contains(byte)
      }
    }
  }
}
