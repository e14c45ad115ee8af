/// The value of a key and where it was given.
package struct SettingValue: Sendable, Equatable {
  /// The text as given.
  package var text: String
  /// `file:line:column`, a variable's name, or nil for the default.
  package var place: String?

  /// A value.
  package init(text: String, place: String?) {
    self.text = text
    self.place = place
  }
}
