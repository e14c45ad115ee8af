import CEpoll
import Glibc

/// Something that wants to know when its descriptor is ready.
package protocol PollTarget: AnyObject {
  /// The descriptor can be read or written, or is broken.
  func ready(canRead: Bool, canWrite: Bool)
}

/// One thread's wait for many descriptors.
package final class Poller {
  private static let maximumEvents = 1024
  private static let readBytes = 1 << 17

  /// Where all wires of this poller read to, one after another.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: readBytes, alignment: 16)

  private let descriptor: Int32
  private var targets: [(any PollTarget)?] = []
  private var events = [epoll_event](repeating: epoll_event(), count: maximumEvents)

  /// A poller.
  ///
  /// - Throws: ``LoadFailure`` when the system gives no more descriptors.
  package init() throws(LoadFailure) {
    descriptor = epoll_create1(0)
    guard descriptor >= 0 else { throw LoadFailure("epoll_create1: \(LoadFailure.systemText)") }
  }

  deinit {
    close(descriptor)
    scratch.deallocate()
  }

  /// Watches a descriptor until ``remove(_:)``.
  package func add(_ fd: Int32, wantsWrite: Bool, _ target: any PollTarget) throws(LoadFailure) {
    while targets.count <= Int(fd) { targets.append(nil) }
    targets[Int(fd)] = target
    try control(EPOLL_CTL_ADD, fd, wantsWrite: wantsWrite)
  }

  /// Changes whether writability is told.
  package func change(_ fd: Int32, wantsWrite: Bool) throws(LoadFailure) {
    try control(EPOLL_CTL_MOD, fd, wantsWrite: wantsWrite)
  }

  /// Watches it no more; before it is closed.
  package func remove(_ fd: Int32) {
    guard Int(fd) < targets.count else { return }
    targets[Int(fd)] = nil
    _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, fd, nil)
  }

  /// Waits until something is ready or `until` (monotonic nanoseconds) is reached, and tells the targets.
  package func wait(until: UInt64) {
    let now = Monotonic.now()
    let pause = until > now ? until - now : 0
    var time = timespec(tv_sec: Int(pause / 1_000_000_000), tv_nsec: Int(pause % 1_000_000_000))
    let count = epoll_pwait2(descriptor, &events, Int32(Self.maximumEvents), &time, nil)
    guard count > 0 else { return }
    for index in 0..<Int(count) {
      let fd = Int(events[index].data.fd)
      guard fd < targets.count, let target = targets[fd] else { continue }
      let bits = events[index].events
      target.ready(canRead: bits & ~cepoll_out != 0, canWrite: bits & cepoll_out != 0)
    }
  }

  private func control(_ operation: Int32, _ fd: Int32, wantsWrite: Bool) throws(LoadFailure) {
    var event = epoll_event()
    event.events = wantsWrite ? cepoll_in | cepoll_out : cepoll_in
    event.data.fd = fd
    guard epoll_ctl(descriptor, operation, fd, &event) == 0 else {
      throw LoadFailure("epoll_ctl: \(LoadFailure.systemText)")
    }
  }
}
