import Glibc
import Synchronization

/// A thread that takes turns of the writer, and sleeps when nothing waits until it is woken or an interval has passed.
final class WriterThread: Sendable {
  private final class Start: Sendable {
    let thread: WriterThread
    let turn: @Sendable () -> InputLog.Turn

    init(thread: WriterThread, turn: @escaping @Sendable () -> InputLog.Turn) {
      self.thread = thread
      self.turn = turn
    }
  }

  /// Between two turns when nothing waits, in milliseconds: the log's own intervals are looked at then.
  private static let idleMilliseconds: Int32 = 250
  /// A pipe: a byte in it ends the sleep.
  private let wakeReader: Int32
  private let wakeWriter: Int32

  init() throws(InputLogProblem) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .noThread(errno: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    wakeReader = ends[0]
    wakeWriter = ends[1]
  }

  deinit {
    close(wakeReader)
    close(wakeWriter)
  }

  /// Starts the thread; it ends when a turn says that the log is finished.
  func start(_ turn: @escaping @Sendable () -> InputLog.Turn) throws(InputLogProblem) {
    let box = Unmanaged.passRetained(Start(thread: self, turn: turn))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        start.thread.run(start.turn)
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw .noThread(errno: code)
    }
    pthread_detach(thread)
  }

  /// Ends the thread's sleep, or keeps it from the next one.
  func wake() {
    // Where the pipe is full the thread is woken anyway.
    var byte: UInt8 = 1
    _ = write(wakeWriter, &byte, 1)
  }

  private func run(_ turn: @Sendable () -> InputLog.Turn) {
    while true {
      switch turn() {
      case .worked: continue
      case .idle: sleep()
      case .finished: return
      }
    }
  }

  private func sleep() {
    var poll = pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, Self.idleMilliseconds) > 0 else { return }
    var bytes: (UInt64, UInt64) = (0, 0)
    _ = read(wakeReader, &bytes, MemoryLayout.size(ofValue: bytes))
  }
}
