import CareModel
import Crypto

/// The input id of a request that carries an Idempotency-Key: the same key of the same account for the same thing is
/// the same input, also after an answer that was lost with the database, so that the engine does it once.
enum RequestIdentity {
  /// The id for what the present request does; nil when it carries no key.
  @TaskLocal static var current: InputID?

  /// Runs what a request does under its id.
  static func act<Answer: Sendable>(
    as id: InputID, _ body: () async throws(Problem) -> Answer
  ) async throws(Problem) -> Answer {
    let result: Swift.Result<Answer, Problem> = await $current.withValue(id) {
      do throws(Problem) { return .success(try await body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  static func input(account: String, key: String, fingerprint: [UInt8]) -> InputID {
    var hash = SHA256()
    hash.update(data: Array("\(account)\u{0}\(key)\u{0}".utf8) + fingerprint)
    let bytes = Array(hash.finalize())
    func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    return InputID(
      high: half(0..<8) & 0xFFFF_FFFF_FFFF_0FFF | 0x8000, low: half(8..<16) & 0x3FFF_FFFF_FFFF_FFFF | 1 << 63)
  }
}
