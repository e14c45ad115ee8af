import NIOCore
import NIOPosix
import NIOSSL

/// A client on a real loopback socket.
struct SocketClient {
  private let channel: any Channel
  private var chunks: AsyncStream<[UInt8]>.Iterator
  private var unread: [UInt8] = []

  /// Connects; a client that does not read leaves what it is sent in the system's buffers.
  ///
  /// - Parameter security: how to shake hands; nil speaks in the clear.
  init(port: Int, isReading: Bool = true, security: NIOSSLContext? = nil) async throws {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: isReading)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security {
            let handler = try NIOSSLClientHandler(context: security, serverHostname: "localhost")
            try channel.pipeline.syncOperations.addHandler(handler)
          }
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    chunks = stream.makeAsyncIterator()
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// The next bytes; fewer than asked for when the server closed.
  mutating func read(_ count: Int) async -> [UInt8] {
    while unread.count < count, let chunk = await chunks.next() { unread += chunk }
    defer { unread.removeFirst(min(count, unread.count)) }
    return Array(unread.prefix(count))
  }

  /// Everything up to the end that the server makes.
  mutating func readToEnd() async -> [UInt8] { await read(.max) }

  /// Leaves what is sent from now on in the system's buffers.
  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  /// The first certificate that the server showed.
  func serverCertificate() async throws -> NIOSSLCertificate? { try await channel.nioSSL_peerCertificate().get() }

  func close() async throws { try await channel.close().get() }
}

private final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let chunks: AsyncStream<[UInt8]>.Continuation

  init(_ chunks: AsyncStream<[UInt8]>.Continuation) { self.chunks = chunks }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    chunks.yield(Array(unwrapInboundIn(data).readableBytesView))
  }

  func channelInactive(context: ChannelHandlerContext) { chunks.finish() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
