import JSONText

/// Something that is not as it should be; without personal data.
package struct Complaint: Sendable, Equatable {
  /// What it is about, a short word that stays the same (`store`, `eventLoop.2`).
  package var subject: String
  /// One sentence.
  package var message: String

  /// A complaint.
  package init(_ subject: String, _ message: String) {
    self.subject = subject
    self.message = message
  }

  /// An answer's body: the state in a word and what is not as it should be.
  static func json(_ state: String, _ complaints: [Complaint]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.member("status", state)
      object.arrayMember("reasons") { array in
        for complaint in complaints {
          array.object { reason in
            reason.member("subject", complaint.subject)
            reason.member("message", complaint.message)
          }
        }
      }
    }
    return writer.bytes
  }
}
