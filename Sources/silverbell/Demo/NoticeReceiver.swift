import CareModel
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Webhook

/// A small HTTP receiver for webhook messages, as a unit or a family's phone service would run one: it checks the
/// signature and remembers what came.
final class NoticeReceiver: Sendable {
  /// A message that came.
  struct Notice: Sendable {
    var path: String
    var body: [UInt8]
    var isSigned: Bool
  }

  /// Most messages remembered; older ones are forgotten.
  static let maximumNotices = 10_000

  private let received = Mutex<[Notice]>([])
  private let channel: any Channel

  /// Listens on loopback.
  init(port: Int, secret: String) async throws {
    let box = Handover()
    let key = Array(secret.utf8)
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(NoticeHandler(secret: key) { box.give($0) })
        }
      }
    channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
    box.connect { [weak self] notice in
      self?.received.withLock { notices in
        if notices.count == Self.maximumNotices { notices.removeFirst() }
        notices.append(notice)
      }
    }
  }

  /// What came, oldest first.
  var notices: [Notice] { received.withLock { $0 } }

  /// Stops listening.
  func close() async { try? await channel.close() }

  /// Lets the handlers reach a receiver that is made after them.
  private final class Handover: Sendable {
    private let taker = Mutex<(@Sendable (Notice) -> Void)?>(nil)

    func connect(_ take: @escaping @Sendable (Notice) -> Void) { taker.withLock { $0 = take } }

    func give(_ notice: Notice) { taker.withLock { $0 }?(notice) }
  }
}

/// Reads one request after another; a body of more than ``maximumBodyBytes`` ends the connection.
private final class NoticeHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let maximumBodyBytes = 1 << 16

  private let secret: [UInt8]
  private let take: @Sendable (NoticeReceiver.Notice) -> Void
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(secret: [UInt8], take: @escaping @Sendable (NoticeReceiver.Notice) -> Void) {
    self.secret = secret
    self.take = take
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let part):
      body += part.readableBytesView
      if body.count > Self.maximumBodyBytes { context.close(promise: nil) }
    case .end: answer(context)
    }
  }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head else { return }
    let stamp = head.headers.first(name: "Silverbell-Timestamp").flatMap { Int64($0) }
    let expected = stamp.map { WebhookSignature(body: body, at: Timestamp(seconds: $0), secret: secret).text }
    let isSigned = expected != nil && expected == head.headers.first(name: "Silverbell-Signature")
    take(NoticeReceiver.Notice(path: head.uri, body: body, isSigned: isSigned))
    let status: HTTPResponseStatus = isSigned ? .noContent : .unauthorized
    context.write(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: status))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}
