import JSONText

/// Reads how a payload is decoded.
struct PayloadGrammar {
  let grammar: FieldGrammar

  private enum FormWord: String, CaseIterable { case unsigned, signed, bits, bcd, ascii, hex }
  private enum EndianWord: String, CaseIterable { case big, little }

  func decoder(_ node: MappingNode) throws(MappingError) -> PayloadDecoder {
    let table = try node.table(["when", "path", "encoding", "json", "startsWith", "minimumBytes", "layout"])
    let path = try table.required("path")
    var decoder = PayloadDecoder(
      when: [], path: try grammar.path(path), encoding: try table.required("encoding").word(), content: .json)
    guard decoder.path.root != .payload else { throw path.error("a payload cannot be inside $payload.") }
    if let when = table["when"] {
      decoder.when = try grammar.conditions(when)
      guard decoder.when.allSatisfy({ $0.path.root != .payload }) else {
        throw when.error("must not ask for $payload, which is not decoded yet.")
      }
    }
    if let prefix = table["startsWith"] {
      guard let bytes = ByteText.hex.decode(try prefix.text()), !bytes.isEmpty else {
        throw prefix.error("must be hexadecimal digits.")
      }
      decoder.prefix = bytes
    }
    if let count = table["minimumBytes"] {
      decoder.minimumBytes = try count.number(in: 0...MappedLimits.maximumPayloadBytes)
    }
    let isJSON = if let json = table["json"] { try json.flag() } else { false }
    guard isJSON == (table["layout"] == nil) else { throw node.error("must have either json: true or layout.") }
    if let layout = table["layout"] {
      var fields: [LayoutField] = []
      for (name, field) in try layout.entries(maximum: MappedLimits.maximumLayoutFields) {
        fields.append(try self.field(name, field))
      }
      guard !fields.isEmpty else { throw layout.error("must not be empty.") }
      decoder.content = .binary(fields)
    }
    return decoder
  }

  private func field(_ name: String, _ node: MappingNode) throws(MappingError) -> LayoutField {
    let table = try node.table(["offset", "length", "type", "endian", "bit", "count", "scale", "plus"])
    let highest = MappedLimits.maximumPayloadBytes - 1
    let word = try table.required("type").word(FormWord.self)
    let length = try table["length"].map { node throws(MappingError) in
      try node.number(in: 1...MappedLimits.maximumPayloadBytes)
    }
    var field = LayoutField(
      name: name, offset: try table.required("offset").number(in: -highest...highest), length: length,
      form: try form(word, length: length, table))
    if let endian = table["endian"] { field.isLittleEndian = try endian.word(EndianWord.self) == .little }
    if let scale = table["scale"] { field.scale = try scale.real() }
    if let plus = table["plus"] { field.plus = try plus.real() }
    return field
  }

  private func form(
    _ word: FormWord, length: Int?, _ table: MappingTable
  ) throws(MappingError) -> LayoutField.Form {
    if word != .bits, let stray = table["bit"] ?? table["count"] {
      throw stray.error("makes sense only with type: bits.")
    }
    switch word {
    case .bcd: return .bcd
    case .ascii: return .ascii
    case .hex: return .hex
    case .unsigned, .signed, .bits:
      guard let length, length <= LayoutField.maximumNumberBytes else {
        throw table.node.error("needs a length of 1 to \(LayoutField.maximumNumberBytes) bytes.")
      }
      if word == .unsigned { return .unsigned }
      if word == .signed { return .signed }
      let first = try table.required("bit").number(in: 0...8 * length - 1)
      let count = try table["count"].map { node throws(MappingError) in
        try node.number(in: 1...8 * length - first)
      }
      return .bits(first: first, count: count ?? 1)
    }
  }
}
