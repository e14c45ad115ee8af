import Foundation
import Synchronization

/// A device that presses again and again over its own socket: one publish with QoS 1, the next one only after its
/// PUBACK; after a lost connection the same message again, as real devices do.
final class PressingClient: Sendable {
  private let port: UInt16
  private let serial: String
  private let secret: String
  private let progress: PressProgress

  init(port: UInt16, serial: String, secret: String, progress: PressProgress) {
    self.port = port
    self.serial = serial
    self.secret = secret
    self.progress = progress
  }

  /// Presses until told to stop; blocks its thread.
  func run() {
    var number = 0
    while !progress.isOver {
      guard let descriptor = connect() else {
        poll(nil, 0, 5)
        continue
      }
      while !progress.isOver, publish(number, on: descriptor) {
        progress.acknowledged("\(serial)-\(number)")
        number += 1
      }
      close(descriptor)
    }
  }

  private func connect() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    let hello: [UInt8] = text("MQTT") + [4, 0xC2, 0, 60] + text(serial) + text(serial) + text(secret)
    guard status == 0, send([0x10, UInt8(hello.count)] + hello, on: descriptor),
      receive(4, from: descriptor) == [0x20, 2, 0, 0]
    else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private func publish(_ number: Int, on descriptor: Int32) -> Bool {
    let packet = UInt16(truncatingIfNeeded: number % 60_000 + 1)
    let identifier = [UInt8(packet >> 8), UInt8(packet & 0xFF)]
    let payload = Array(#"{"id":"\#(serial)-\#(number)","kind":"panic"}"#.utf8)
    let body = text("silverbell/\(serial)/signal") + identifier + payload
    guard body.count < 128, send([0x32, UInt8(body.count)] + body, on: descriptor) else { return false }
    while let head = receive(2, from: descriptor), let rest = receive(Int(head[1]), from: descriptor) {
      if head[0] == 0x40 { return rest == identifier }
    }
    return false
  }

  private func text(_ value: String) -> [UInt8] {
    let bytes = Array(value.utf8)
    return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }

  private func send(_ bytes: [UInt8], on descriptor: Int32) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private func receive(_ count: Int, from descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = bytes.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress?.advanced(by: filled), count - filled, 0)
      }
      guard read > 0 else { return nil }
      filled += read
    }
    return bytes
  }
}

/// What the clients were told, and when to stop.
final class PressProgress: Sendable {
  private struct State {
    var acknowledged: [String] = []
    var isOver = false
  }

  private let state = Mutex(State())

  var isOver: Bool { state.withLock { $0.isOver } }
  var acknowledgedIDs: [String] { state.withLock { $0.acknowledged } }
  func acknowledged(_ id: String) { state.withLock { $0.acknowledged.append(id) } }
  func finish() { state.withLock { $0.isOver = true } }

  /// Blocks until so many were acknowledged, or the daemon is seen to make no progress for `limitSeconds`.
  func wait(for count: Int, limitSeconds: Int32) -> Bool {
    var left = limitSeconds * 200
    while state.withLock({ $0.acknowledged.count }) < count {
      if left == 0 { return false }
      left -= 1
      poll(nil, 0, 5)
    }
    return true
  }
}
