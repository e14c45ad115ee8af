import CareModel
import TextCodecs

/// Why a message can never be read (HL7 table 0357).
package enum HL7Refusal: Int, Sendable, CaseIterable {
  /// No MSH segment.
  case noHeader = 100
  /// MSH-11 is none of P, T, D.
  case unsupportedProcessingID = 202
  /// MSH-12 is no HL7 2.x.
  case unsupportedVersion = 203

  /// The standard's text for the code.
  package var text: String {
    switch self {
    case .noHeader: "Segment sequence error"
    case .unsupportedProcessingID: "Unsupported processing id"
    case .unsupportedVersion: "Unsupported version id"
    }
  }

  /// Why a message is refused by its header alone; nil when it is not. An empty MSH-11 or MSH-12 is not held against
  /// the sender.
  init?(header: HL7Segment) {
    let version = header.field(12).component(1).bytes
    let isVersion2 = version.count >= 3 && version.starts(with: "2.".utf8)
      && (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(version[version.startIndex + 2])
      && (version.count == 3 || version[version.startIndex + 3] == UInt8(ascii: "."))
    guard version.isEmpty || isVersion2 else {
      self = .unsupportedVersion
      return
    }
    guard ["", "P", "T", "D"].contains(header.field(11).component(1).raw) else {
      self = .unsupportedProcessingID
      return
    }
    return nil
  }
}

/// What is sent back for one message, once it is settled (HL7 2.5.1 sections 2.9.2 and 2.9.3).
package struct Acknowledgement: Sendable {
  /// The codes to send, each in an answer of its own; empty when the sender wants none.
  package let codes: [String]
  private let fields: [Int: [UInt8]]
  private let delimiters: HL7Delimiters
  private let codec: TextCodec
  private let eventCode: String
  private let refusal: HL7Refusal?

  /// The answer to a message with a header.
  package init(to message: HL7Message, refusal: HL7Refusal?) {
    let header = message.header
    var fields: [Int: [UInt8]] = [:]
    for number in [3, 4, 5, 6, 10, 11, 12, 18] { fields[number] = Array(header.field(number).bytes) }
    self.fields = fields
    delimiters = message.delimiters
    codec = message.codec
    eventCode = HL7Event(of: message).code
    self.refusal = refusal
    codes = answerCodes(accept: header.field(15), application: header.field(16), isRefusal: refusal != nil)
  }

  /// The answer to a block without a header.
  package static let toNoHeader = Self()

  private init() {
    codes = ["AR"]
    fields = [:]
    delimiters = .standard
    codec = .utf8
    eventCode = ""
    refusal = .noHeader
  }

  /// One answer in its frame, in the sender's delimiters, version and character set.
  ///
  /// - Parameters:
  ///   - count: how many answers this session has sent before; makes the answer's own id its own.
  ///   - now: the time of the answer.
  package func frame(code: String, count: UInt64, at now: Timestamp, offsetMinutes: Int64) -> [UInt8] {
    let separator = character(delimiters.field)
    var header = [String](repeating: "", count: 19)
    for (mine, theirs) in [(3, 5), (4, 6), (5, 3), (6, 4), (11, 11), (12, 12), (18, 18)] { header[mine] = said(theirs) }
    header[1] = "MSH"
    header[2] = [delimiters.component, delimiters.repetition, delimiters.escape, delimiters.subcomponent,
      delimiters.truncation].compactMap { $0.map(character) }.joined()
    header[7] = now.hl7Text(offsetMinutes: offsetMinutes)
    header[9] = messageType
    header[10] = ownID(count: count, at: now)
    if header[11].isEmpty { header[11] = "P" }
    if header[12].isEmpty { header[12] = "2.5" }
    while header.last?.isEmpty == true { header.removeLast() }
    var result = ["MSA", code, said(10)]
    if isOld, let refusal { result.append(refusal.text) }
    var segments = [header.dropFirst().joined(separator: separator), result.joined(separator: separator)]
    if let refusal { segments.append(errorSegment(refusal, separator)) }
    let text = segments.map { $0 + "\r" }.joined()
    let body = (try? codec.encode(text)) ?? Array(text.utf8)
    return [MLLPDeframer.startByte] + body + [MLLPDeframer.endByte, 0x0D]
  }

  private func said(_ number: Int) -> String { String(decoding: fields[number] ?? [], as: UTF8.self) }

  /// Before 2.5 the ERR segment has one field, and the text stands in MSA-3.
  private var isOld: Bool {
    let version = fields[12] ?? []
    return version.count >= 3 && version.starts(with: "2.".utf8) && version[2] < UInt8(ascii: "5")
  }

  private var messageType: String {
    guard let component = delimiters.component, !eventCode.isEmpty else { return "ACK" }
    return ["ACK", eventCode.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }, "ACK"]
      .joined(separator: character(component))
  }

  /// At most 20 characters, the limit of MSH-10 up to 2.6.
  private func ownID(count: UInt64, at now: Timestamp) -> String {
    let seed = fixedHash(fields[10] ?? []) ^ fixedMix(count) ^ fixedMix(UInt64(bitPattern: now.microseconds))
    return "SB" + String(fixedMix(seed), radix: 16, uppercase: true)
  }

  private func errorSegment(_ refusal: HL7Refusal, _ separator: String) -> String {
    let inner = isOld ? delimiters.subcomponent : delimiters.component
    let code = ["\(refusal.rawValue)", refusal.text, "HL70357"].joined(separator: inner.map(character) ?? " ")
    if isOld {
      return "ERR" + separator + String(repeating: delimiters.component.map(character) ?? "", count: 3) + code
    }
    return ["ERR", "", "", code, "E"].joined(separator: separator)
  }
}

private func character(_ byte: UInt8) -> String { String(Character(Unicode.Scalar(byte))) }

/// Which codes answer a message.
///
/// Enhanced mode counts where MSH-16 is filled: the commit acknowledgement by MSH-15, the application
/// acknowledgement by MSH-16, none after a refusal of the commit. A sender that fills only MSH-15 waits for one answer
/// of the original mode; MSH-15 then says whether.
private func answerCodes(accept: HL7Value, application: HL7Value, isRefusal: Bool) -> [String] {
  let code = isRefusal ? "AR" : "AA"
  guard !application.isEmpty else { return isWanted(accept, ofRefusal: isRefusal) ? [code] : [] }
  var codes: [String] = []
  if !accept.isEmpty, isWanted(accept, ofRefusal: isRefusal) { codes.append(isRefusal ? "CR" : "CA") }
  if !(isRefusal && !codes.isEmpty), isWanted(application, ofRefusal: isRefusal) { codes.append(code) }
  return codes
}

/// HL7 table 0155; what it does not know is answered.
private func isWanted(_ condition: HL7Value, ofRefusal isRefusal: Bool) -> Bool {
  switch condition.component(1).raw.uppercased() {
  case "NE": false
  case "ER": isRefusal
  case "SU": !isRefusal
  default: true
  }
}
