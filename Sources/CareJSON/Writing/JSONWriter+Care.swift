import CareModel
import JSONText

extension JSONWriter {
  /// Writes a member with an id; nothing at all when it is nil.
  package mutating func member<Entity>(_ name: StaticString, _ id: Identifier<Entity>?) {
    guard let id else { return }
    key(name)
    plainText { id.append(to: &$0) }
  }

  /// Writes a member with a moment as RFC 3339 text in UTC; nothing at all when it is nil.
  ///
  /// A moment outside years 1-9999, which RFC 3339 does not have, is a whole number: microseconds since 1970.
  package mutating func member(_ name: StaticString, _ time: Timestamp?) {
    guard let time else { return }
    key(name)
    if time.isWritable { plainText { time.append(to: &$0) } } else { value(time.microseconds) }
  }

  /// Writes a member with the raw value of a word of the domain; nothing at all when it is nil.
  package mutating func member<Word: RawRepresentable<String>>(_ name: StaticString, _ word: Word?) {
    guard let word else { return }
    key(name)
    value(word.rawValue)
  }

  /// Writes a member with a case's key; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ caseKey: CaseKey?) {
    guard let caseKey else { return }
    key(name)
    value(caseKey.description)
  }

  /// Writes a member that is an array of words; also when it is empty.
  package mutating func member<Word: RawRepresentable<String>>(_ name: StaticString, words: [Word]) {
    key(name)
    array { list in
      for word in words { list.value(word.rawValue) }
    }
  }

  /// Writes a member that is an array of ids; also when it is empty.
  package mutating func member<Entity>(_ name: StaticString, ids: [Identifier<Entity>]) {
    key(name)
    array { list in
      for id in ids { list.plainText { id.append(to: &$0) } }
    }
  }

  /// Writes a member that is an array of district numbers; also when it is empty.
  package mutating func member(_ name: StaticString, districts: [DistrictID]) {
    key(name)
    array { list in
      for district in districts { list.value(district) }
    }
  }
}
