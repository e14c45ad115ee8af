import CareModel
import PQ

/// A kind of register row with its table.
protocol RegisterRow: Sendable {
  /// How the table is written and read.
  static var table: RegisterTable { get }
  /// The row as a change.
  var change: RegisterChange { get }
  /// The key as the table's key column has it, for `reference_change`.
  var key: RegisterKey { get }
  /// The district, where the key has one.
  var storedDistrict: DistrictID? { get }
  /// The columns of rows, in the order of the table.
  static func columns(_ rows: [Self]) -> [PQValue]
  /// Reads a row of the table's `select`.
  init(row: PQRow) throws(PQError)
}

extension RegisterRow {
  var storedDistrict: DistrictID? { nil }
}

/// What names a row of the register.
enum RegisterKey: Hashable, Sendable {
  case id(PQUUID)
  case name(String)

  /// The text in `reference_change` and in cursors.
  var text: String {
    switch self {
    case .id(let id): Identifier<RegisterKey>(stored: id).description
    case .name(let name): name
    }
  }

  /// A key from a text, for a kind whose rows are named by UUIDs or by words; nil when it cannot be one.
  init?(_ text: String, isText: Bool) {
    if isText {
      guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
      self = .name(text)
    } else {
      guard let id = Identifier<RegisterKey>(text) else { return nil }
      self = .id(id.stored)
    }
  }

  /// The value as a parameter.
  var value: PQValue {
    switch self {
    case .id(let id): .uuid(id)
    case .name(let name): .text(name)
    }
  }

  /// Keys of one kind as an array parameter.
  static func array(_ keys: [RegisterKey], isText: Bool) -> PQValue {
    if isText {
      return .textArray(keys.compactMap { if case .name(let name) = $0 { name } else { nil } })
    }
    return .uuidArray(keys.compactMap { if case .id(let id) = $0 { id } else { nil } })
  }
}

extension PQRow {
  /// An id; nil when the column is NULL.
  func idOrNil<Entity>(_ column: Int) throws(PQError) -> Identifier<Entity>? {
    try uuidOrNil(column).map { Identifier(stored: $0) }
  }

  /// An id.
  func id<Entity>(_ column: Int) throws(PQError) -> Identifier<Entity> { Identifier(stored: try uuid(column)) }

  /// A moment.
  func time(_ column: Int) throws(PQError) -> Timestamp { Timestamp(microseconds: try timestamptz(column)) }

  /// A moment; nil when the column is NULL.
  func timeOrNil(_ column: Int) throws(PQError) -> Timestamp? {
    try timestamptzOrNil(column).map { Timestamp(microseconds: $0) }
  }

  /// A word of the domain; a word that this program does not know (a newer one wrote it) reads as `unknown`.
  func word<Word: RawRepresentable<String>>(_ column: Int, or unknown: Word) throws(PQError) -> Word {
    Word(rawValue: try text(column)) ?? unknown
  }

  /// A destination in two columns.
  func destinationOrNil(_ column: Int) throws(PQError) -> Destination? {
    guard let channel = try textOrNil(column), let address = try textOrNil(column + 1) else { return nil }
    return Destination(channel: channel, address: address)
  }

  /// A position in two columns.
  func positionOrNil(_ column: Int) throws(PQError) -> Position? {
    guard let latitude = try doubleOrNil(column), let longitude = try doubleOrNil(column + 1) else { return nil }
    return Position(latitude: latitude, longitude: longitude)
  }
}
