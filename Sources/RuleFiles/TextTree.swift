/// A YAML document as text, lists and tables, each with its place in the file.
struct TextNode: Sendable {
  struct Place: Sendable, Equatable {
    /// From 1.
    var line: Int
    /// In Unicode scalars, from 1.
    var column: Int
  }

  struct Entry: Sendable {
    var key: String
    var keyPlace: Place
    var value: TextNode
  }

  enum Style: Sendable { case plain, quoted, literal, folded }

  enum Content: Sendable {
    case text(String, Style)
    case list([TextNode])
    case table([Entry])
  }

  var place: Place
  var content: Content

  /// What it is, in a message.
  var word: String {
    switch content {
    case .text: "a text"
    case .list: "a list"
    case .table: "a table of keys"
    }
  }
}
