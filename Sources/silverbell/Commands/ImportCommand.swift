import ArgumentParser
import CareJSON
import CareModel
import CareStore
import EngineHost
import Foundation
import JSONText
import SilverbellApp

/// `silverbell import`: register rows from files of JSON lines.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Writes register rows from files of JSON lines, one row a line, as the API shows them.",
    discussion: """
      A file is named after what it holds: residents.jsonl, dwellings.jsonl, contacts.jsonl, devices.jsonl, \
      staff.jsonl, shifts.jsonl, parties.jsonl, hospitals.jsonl. Rows that are there are replaced; running it again \
      changes nothing. Devices and staff may carry "secret"; without it they keep the one they have.
      """)

  /// Rows of one transaction.
  static let batchRows = 5_000

  @OptionGroup var file: ConfigurationOption

  @Argument(help: "The files, in any order.")
  var files: [String]

  func run() async throws {
    let key = Array(try file.load().secretKey.utf8)
    let named = try files.map { path -> (String, RegisterKind) in
      let stem = path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
      guard let kind = RegisterKind(rawValue: stem) else {
        throw CommandFailure("\(path): name the file after its rows, like residents.jsonl.")
      }
      return (path, kind)
    }
    try await withRegister(file) { register in
      for (path, kind) in named {
        let count = try await load(path, kind, key, into: register)
        Terminal.write("\(path): \(count)")
      }
    }
  }

  private func load(
    _ path: String, _ kind: RegisterKind, _ key: [UInt8], into register: PostgresRegister
  ) async throws -> Int {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure("\(path): the file cannot be read: check its name and permissions.")
    }
    defer { try? handle.close() }
    var batch: [RegisterChange] = []
    var (number, count) = (0, 0)
    func save() async throws {
      try await register.save(batch)
      count += batch.count
      batch.removeAll(keepingCapacity: true)
      Terminal.progress("\(path): \(count)")
    }
    var lines = LineReader(handle)
    while true {
      number += 1
      let row: RegisterChange
      do {
        guard let line = try lines.next() else { break }
        guard line.utf8.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
        row = try await kind.row(line, key: key, in: register)
      } catch {
        throw CommandFailure("\(path):\(number): \(error): correct the line; the \(count) rows before are written.")
      }
      batch.append(row)
      if batch.count == Self.batchRows { try await save() }
    }
    try await save()
    Terminal.progress("\(path): \(count)", isLast: true)
    return count
  }
}

extension RegisterKind {
  /// One row from its line, with the digest of its `secret`, or of the secret that it has in the register.
  fileprivate func row(_ line: String, key: [UInt8], in register: PostgresRegister) async throws -> RegisterChange {
    let body = try JSONObjectReader(try JSONValue(parsing: Array(line.utf8)))
    let secret = try body.textOrNil("secret").map { secretDigest(Array($0.utf8), key: key) }
    switch self {
    case .residents: return .resident(try Resident(json: body, id: nil))
    case .dwellings: return .dwelling(try Dwelling(json: body, id: nil))
    case .contacts: return .contact(try Contact(json: body, id: nil))
    case .shifts: return .shift(try Shift(json: body, id: nil))
    case .parties: return .party(try Party(json: body, id: nil))
    case .hospitals: return .hospital(try Hospital(json: body, id: nil))
    case .devices:
      var device = try Device(json: body, id: nil)
      if let secret {
        device.secretDigest = secret
        return .device(device)
      }
      return RegisterChange.device(device).keepingSecret(of: try await register.find(self, id: device.serial))
    case .staff:
      var member = try StaffMember(json: body, id: nil)
      if let secret {
        member.secretDigest = secret
        return .staff(member)
      }
      return RegisterChange.staff(member).keepingSecret(of: try await register.find(self, id: "\(member.id)"))
    }
  }
}
