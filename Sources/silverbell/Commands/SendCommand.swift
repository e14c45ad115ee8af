import ArgumentParser
import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1

/// `silverbell send`: one signal over HTTP, as a device sends it.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Sends one signal over HTTP as a device, for trying out.")

  @Option(help: "The console's address.")
  var url = "http://127.0.0.1:8080"

  @Option(help: "The device's serial.")
  var serial: String

  @Option(help: "A file with the device's secret.")
  var secretFile: String

  @Option(help: "What happened: panic, fall, smoke …")
  var kind = "panic"

  @Option(help: "The message's id: the same one again is a repeat.")
  var id: String?

  @Option(help: "Battery, percent.")
  var battery: Int?

  func run() async throws {
    guard let secret = try? String(contentsOfFile: secretFile, encoding: .utf8) else {
      throw CommandFailure("The file with the secret cannot be read: check --secret-file.")
    }
    var writer = JSONWriter()
    writer.object { object in
      object.member("kind", kind)
      if let id { object.member("id", id) }
      if let battery { object.member("battery", battery) }
    }
    let login = serial + ":" + secret.trimmingCharacters(in: .whitespacesAndNewlines)
    var request = HTTPClientRequest(url: url + "/api/v1/signals")
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Basic " + Data(login.utf8).base64EncodedString())
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: writer.bytes))
    let status: UInt
    do {
      status = try await HTTPClient.shared.execute(request, timeout: .seconds(10)).status.code
    } catch {
      throw CommandFailure("Nothing answers at \(url): start `silverbell serve`, or correct --url.")
    }
    switch status {
    case 202: Terminal.write("Taken: it is durable.")
    case 401, 403: throw CommandFailure("The device is not known or its secret is wrong: check --serial and the file.")
    case 503: throw CommandFailure("Not taken, the database is away: send it again later with the same --id.")
    default: throw CommandFailure("Not taken (HTTP \(status)): check --kind.")
    }
  }
}
