/// The `mrq` of a device, checked (protocols page, section 5).
struct ScaipRequest: Sendable, Equatable {
  enum MessageType: String, Sendable {
    case message = "ME"
    case reset = "RE"
    case information = "IN"
    case heartbeat = "PI"
  }

  /// Why a request is refused.
  enum Refusal: Error, Sendable, Equatable {
    case tooLong, invalidFormat, wrongContent, missingTag
    /// The SIP sender is somebody else than the document says.
    case otherSender
    /// An answer came where a request belongs. Nobody is told: to answer an answer would never end.
    case notRequest

    /// `snu` of the answer; nil for none.
    var statusNumber: Int? {
      switch self {
      case .tooLong: 1
      case .invalidFormat: 2
      case .wrongContent, .otherSender: 3
      case .missingTag: 7
      case .notRequest: nil
      }
    }
  }

  /// Roots of a request; the second is one public server's.
  static let roots = ["mrq", "scaip"]
  /// Longest `ref` and `cid` in bytes.
  static let maximumNameBytes = 16
  /// Most digits of `dty`.
  static let maximumTypeDigits = 4

  let reference: String
  let controller: String
  let deviceType: Int
  let messageType: MessageType
  /// Nil where the document leaves it out.
  let statedCode: Int?
  /// Where it is, in the device's words.
  let place: String?
  /// The device wants no call back.
  let wantsNoVoice: Bool

  /// `stc` where the document leaves it out.
  static let standardCode = 10

  /// Checks a document; `user` is the SIP sender's.
  init(_ document: Document, user: String?) throws(Refusal) {
    switch document.problem {
    case .tooLarge: throw .tooLong
    case nil: break
    default: throw .invalidFormat
    }
    if document.root == "mrs" { throw .notRequest }
    guard Self.roots.contains(document.root) else { throw .invalidFormat }
    guard let reference = document.value("ref"), let controller = document.value("cid"),
      let type = document.value("dty")
    else { throw .missingTag }
    guard reference.utf8.count <= Self.maximumNameBytes, controller.utf8.count <= Self.maximumNameBytes,
      type.utf8.count <= Self.maximumTypeDigits
    else { throw .tooLong }
    guard reference.utf8.allSatisfy(isLetterOrDigit), !controller.utf8.contains(where: isControl),
      let deviceType = decimal(type, maximumDigits: Self.maximumTypeDigits),
      let messageType = MessageType(rawValue: (document.value("mty") ?? MessageType.message.rawValue).uppercased())
    else { throw .wrongContent }
    let code = document.value("stc")
    statedCode = code.flatMap { decimal($0, maximumDigits: 16) }
    guard code == nil || statedCode != nil else { throw .wrongContent }
    guard user == controller else { throw .otherSender }
    self.reference = reference
    self.controller = controller
    self.deviceType = deviceType
    self.messageType = messageType
    place = document.value("lte") ?? document.value("dte") ?? document.value("dco")
    wantsNoVoice = document.value("crd")?.lowercased().hasPrefix("no-voice") ?? false
  }
}
