import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server on a loopback port which answers as the test says and keeps what it got.
final class HTTPReceiver: Sendable {
  struct Request: Sendable {
    var head: HTTPRequestHead
    var body: [UInt8] = []
  }

  enum Answer: Sendable {
    case status(Int, headers: [(String, String)] = [], body: Int = 0)
    /// Reads, and never answers.
    case silence
    /// Answers and never ends the body.
    case endless(Int)
    case hangUp
  }

  private let channel: any Channel
  private let store: RequestStore

  static func run(_ answer: Answer, _ body: (HTTPReceiver) async throws -> Void) async throws {
    let receiver = try await HTTPReceiver(answer)
    do {
      try await body(receiver)
    } catch {
      try await receiver.channel.close().get()
      throw error
    }
    try await receiver.channel.close().get()
  }

  private init(_ answer: Answer) async throws {
    let store = RequestStore()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(AnsweringHandler(answer, store))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    self.store = store
  }

  var requests: [Request] { store.requests.withLock { $0 } }

  var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/hook?key=private" }
}

private final class RequestStore: Sendable {
  let requests = Mutex<[HTTPReceiver.Request]>([])
}

private final class AnsweringHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: HTTPReceiver.Answer
  private let store: RequestStore
  private var request: HTTPReceiver.Request?

  init(_ answer: HTTPReceiver.Answer, _ store: RequestStore) {
    self.answer = answer
    self.store = store
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = HTTPReceiver.Request(head: head)
    case .body(let bytes): request?.body += Array(bytes.readableBytesView)
    case .end:
      if let request { store.requests.withLock { $0.append(request) } }
      reply(context)
    }
  }

  private func reply(_ context: ChannelHandlerContext) {
    switch answer {
    case .silence: return
    case .hangUp: context.close(promise: nil)
    case .endless(let status): send(context, status, [("Transfer-Encoding", "chunked")], body: 1)
    case .status(let status, let headers, let body):
      send(context, status, headers + [("Content-Length", "\(body)")], body: body)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  private func send(_ context: ChannelHandlerContext, _ status: Int, _ headers: [(String, String)], body: Int) {
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(headers))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if body > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(repeating: 0x78, count: body)))), promise: nil)
    }
    context.flush()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
