import CareModel
import Foundation
import JSONText
import Mapped
import Testing

/// JSON text as a tree; `null` after a recorded issue when it is none.
func json(_ text: String) -> JSONValue {
  do { return try JSONValue(parsing: Array(text.utf8)) } catch {
    Issue.record("no JSON: \(text)")
    return .null
  }
}

/// A push mapping that lets loopback in, with these keys besides.
func pushMapping(_ keys: String, authentication: String = #"{"kind":"loopback"}"#) throws -> PushMapping {
  let more = keys.isEmpty ? "" : "," + keys
  return try PushMapping(json(#"{"format":"push","name":"test","authentication":\#(authentication)\#(more)}"#))
}

/// The signals of one body over loopback.
func pushed(_ body: String, _ keys: String) throws -> [Signal] {
  try pushed(Array(body.utf8), keys)
}

func pushed(_ body: [UInt8], _ keys: String) throws -> [Signal] {
  let push = MappedPush(mapping: try pushMapping(keys), secrets: [])
  guard case .signals(let signals) = push.decode(PushRequest(body: body, isLoopback: true)) else {
    Issue.record("refused")
    return []
  }
  return signals
}

/// A table mapping with these keys besides format and name.
func tableMapping(_ keys: String) throws -> TableMapping {
  try TableMapping(json(#"{"format":"table","name":"rows",\#(keys)}"#))
}

/// The rows of a table.
func rows(_ text: String, _ keys: String) throws -> [TableRow] {
  MappedTable.decode(Array(text.utf8), mapping: try tableMapping(keys))
}

/// What a mapping is refused for; nil when it is not.
func refusal(_ document: String) -> String? {
  do {
    _ = try MappingDocument(json(document))
    return nil
  } catch {
    return error.description
  }
}

func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

func bytes(hex: String) throws -> [UInt8] { try #require(ByteText.hex.decode(hex)) }

/// Repeatable noise.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return fixedMix(state)
  }
}

extension Signal {
  /// The id that it is recognised by.
  var repeatID: String? {
    if case .message(let id, _) = repeatKey { id } else { nil }
  }

  var rawText: String { String(decoding: raw, as: UTF8.self) }
}

/// Files of the project and outside data, found from this file upwards.
enum Folders {
  static func package() throws -> URL {
    let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    var folder = source.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
      folder = folder.deletingLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile)
  }

  /// The folder of outside test data (`SILVERBELL_PROTOCOL_DATA`, default `../shared/protocols` from the package);
  /// nil, after one line that says so, when it is absent.
  static func protocolData(_ subfolder: String, suite: String) throws -> URL? {
    let given = ProcessInfo.processInfo.environment["SILVERBELL_PROTOCOL_DATA"] ?? ""
    let root =
      given.isEmpty
      ? try package().deletingLastPathComponent().appendingPathComponent("shared/protocols")
      : URL(fileURLWithPath: given)
    let folder = root.appendingPathComponent(subfolder)
    if FileManager.default.fileExists(atPath: folder.path) { return folder }
    print("\(suite): not run, no data (SILVERBELL_PROTOCOL_DATA or ../shared/protocols, folder \(subfolder))")
    return nil
  }
}

/// JSON text of one string.
func quoted(_ string: String) -> String {
  var writer = JSONWriter()
  writer.value(string)
  return String(decoding: writer.bytes, as: UTF8.self)
}

/// Pushes of OneNET that are signed with the token `tok-1`; the signatures were computed with another program.
enum OneNETSample {
  /// The message as an object.
  static let offline =
    #"{"msg":{"type":2,"dev_id":2016617,"status":0,"login_type":10,"at":1466133706841},"#
    + #""msg_signature":"fFveGz8pXVKDU8C1Ql1qHw==","nonce":"8eoG0x"}"#
  /// The message as text.
  static let press =
    #"{"nonce":"8eoG0x","msg_signature":"Od50vw14rWVTDe0o7dN5Sw==","#
    + #""msg":"{\"type\":1,\"dev_id\":7,\"ds_id\":\"sos\",\"value\":1,\"at\":1466133706841}"}"#
}
