import NIOCore
import NIOPosix

/// A client that sends datagrams from a real loopback socket to one port.
struct DatagramClient {
  private let channel: any Channel
  private let server: SocketAddress
  private var datagrams: AsyncStream<String>.Iterator

  init(port: Int) async throws {
    let (stream, continuation) = AsyncStream<String>.makeStream()
    server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
    channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramCollector(continuation))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    datagrams = stream.makeAsyncIterator()
  }

  func send(_ word: String) async throws {
    try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: server, data: ByteBuffer(string: word))).get()
  }

  /// The next datagram.
  mutating func read() async -> String? { await datagrams.next() }
}

private final class DatagramCollector: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  private let datagrams: AsyncStream<String>.Continuation

  init(_ datagrams: AsyncStream<String>.Continuation) { self.datagrams = datagrams }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    datagrams.yield(String(buffer: unwrapInboundIn(data).data))
  }

  func channelInactive(context: ChannelHandlerContext) { datagrams.finish() }
}
