import Mapped
import Testing

@Suite("Mapping files")
struct MappingDocumentTests {
  private static let head = #""format":"push","name":"p","authentication":{"kind":"bearer"}"#
  private static let table = #""format":"table","name":"t""#
  private static let hospital = #""hospital":{"code":{"text":"H"},"hospitalNumber":"n"}"#

  @Test(
    "a mistake is named with its place",
    arguments: [
      ("5", "format: is missing: push or table."), ("{}", "format: is missing: push or table."),
      (#"{"format":"pull"}"#, "format: must be one of push, table."),
      (#"{"format":"push"}"#, "name: is missing."),
      (#"{"format":"push","name":""}"#, "name: must not be empty."),
      (#"{"format":"push","name":"A b"}"#, "name: may hold only a-z, 0-9 and -."),
      (#"{"format":"push","name":"p"}"#, "authentication: is missing."),
      (#"{"format":"push","name":"p","authentication":"bearer"}"#, "authentication: must be a table of keys."),
      (
        #"{"format":"push","name":"p","authentication":{"kind":"basic"}}"#,
        "authentication.kind: must be one of bearer, query, hmacSHA256, oneNET, loopback."
      ),
      (
        #"{"format":"push","name":"p","authentication":{"kind":"bearer","name":"x"}}"#,
        "authentication.name: no such key here; allowed: kind"
      ),
      (#"{"format":"push","name":"p","authentication":{"kind":"query"}}"#, "authentication.name: is missing."),
      (
        #"{"format":"push","name":"p","authentication":{"kind":"query","name":"a=b"}}"#,
        "authentication.name: may hold only letters, digits, - and _."
      ),
      (
        #"{"format":"push","name":"p","authentication":{"kind":"hmacSHA256","header":"X-S","encoding":"text"}}"#,
        "authentication.encoding: must be one of base64, hex."
      ),
      ("{\(head),\"verification\":{\"kind\":\"other\"}}", "verification.kind: must be oneNET."),
      ("{\(head),\"answer\":{\"status\":404}}", "answer.status: must be a whole number from 200 to 299."),
      ("{\(head),\"answer\":{\"contentType\":\"a\"}}", "answer.contentType: makes sense only with a body."),
      (
        "{\(head),\"answer\":{\"contentType\":\"a\\r\\nb: c\",\"body\":\"\"}}",
        "answer.contentType: must be printable ASCII."
      ),
      ("{\(head),\"items\":\"$payload.a\"}", "items: the items are in the body, not in $payload."),
      ("{\(head),\"serial\":\"a..b\"}", "serial: no path: emptyName at character 3."),
      ("{\(head),\"serial\":[]}", "serial: must not be empty."),
      ("{\(head),\"serial\":[\"a\",\"[\"]}", "serial[1]: no path: unfinished at character 2."),
      (
        "{\(head),\"serial\":{\"path\":\"a\",\"text\":\"b\"}}",
        "serial: must have exactly one of path, join and text."
      ),
      ("{\(head),\"zone\":{\"path\":\"a\",\"table\":{}}}", "zone.table: must not be empty."),
      ("{\(head),\"zone\":{\"path\":\"a\",\"otherwise\":\"b\"}}", "zone.otherwise: makes sense only with a table."),
      ("{\(head),\"value\":{\"path\":\"a\",\"scale\":\"x\"}}", "value.scale: must be a number."),
      ("{\(head),\"at\":\"a\"}", "at: must be a table of keys."),
      ("{\(head),\"at\":{\"path\":\"a\"}}", "at.format: is missing."),
      ("{\(head),\"at\":{\"path\":\"a\",\"format\":\"local\"}}", "at.offsetMinutes: is missing."),
      (
        "{\(head),\"at\":{\"path\":\"a\",\"format\":\"local\",\"offsetMinutes\":1440}}",
        "at.offsetMinutes: must be a whole number from -1439 to 1439."
      ),
      (
        "{\(head),\"at\":{\"path\":\"a\",\"format\":\"rfc3339\",\"offsetMinutes\":1}}",
        "at.offsetMinutes: makes sense only with local times."
      ),
      ("{\(head),\"id\":{\"hash\":true}}", "id: must have parts beside the hash."),
      ("{\(head),\"id\":{\"hash\":false}}", "id: must have parts or hash: true."),
      ("{\(head),\"id\":{\"parts\":\"a\",\"without\":\"b\"}}", "id.without: no such key here; allowed: parts, hash"),
      ("{\(head),\"kind\":\"teapot\"}", "kind: no kind of signal: teapot."),
      ("{\(head),\"kind\":\"networkFault\"}", "kind: no kind of signal: networkFault."),
      ("{\(head),\"kind\":{\"path\":\"a\"}}", "kind.table: is missing."),
      ("{\(head),\"kind\":{\"path\":\"a\",\"table\":{\"1\":\"x\"}}}", "kind.table.1: no kind of signal: x."),
      ("{\(head),\"kind\":\"admit\"}", "kind: a kind of the hospital needs the key hospital."),
      ("{\(head),\"rules\":{}}", "rules: must be a list."),
      ("{\(head),\"rules\":[{}]}", "rules[0].kind: is missing."),
      (
        "{\(head),\"rules\":[{\"kind\":\"fall\"},{\"kind\":\"fall\",\"continue\":\"perhaps\"}]}",
        "rules[1].continue: must be true or false."
      ),
      ("{\(head),\"rules\":[{\"kind\":\"admit\"}]}", "rules[0].kind: a kind of the hospital needs the key hospital."),
      (
        "{\(head),\"rules\":[{\"kind\":\"fall\",\"when\":{\"a[\":1}}]}",
        "rules[0].when.a[: no path: unfinished at character 3."
      ),
      ("{\(head),\"rules\":[{\"kind\":\"fall\",\"when\":{\"a\":null}}]}", "rules[0].when.a: must be a text."),
      (
        "{\(head),\"rules\":[{\"kind\":\"fall\",\"when\":{\"a\":{\"is\":1}}}]}",
        "rules[0].when.a.is: no such key here; allowed: present"
      ),
      (
        "{\(head),\"rules\":[{\"kind\":\"fall\",\"hospital\":{}}]}",
        "rules[0].hospital: no such key here; allowed: when, kind, continue, serial, id, at, battery, zone, value"
      ),
      (
        "{\(head),\"color\":1}",
        "color: no such key here; allowed: format, name, authentication, verification, answer, items, serial, id, at, "
          + "battery, zone, value, absent, payloads, rules, kind, hospital"
      ),
      ("{\(head),\"name\":\"q\"}", "name: is there twice."),
      ("{\(table),\"columns\":[]}", "columns: must not be empty."),
      ("{\(table),\"separator\":\"pipe\"}", "separator: must be one of comma, semicolon, tab."),
      ("{\(table),\"encoding\":[\"utf8\",\"latin1\"]}", "encoding[1]: must be one of utf8, gb18030."),
      ("{\(table),\"titleRows\":17}", "titleRows: must be a whole number from 0 to 16."),
      ("{\(table),\"id\":{\"parts\":\"a\",\"without\":\"b\"}}", "id.without: makes sense only with hash: true."),
      ("{\(table),\"hospital\":{\"name\":\"a\"}}", "hospital.code: is missing."),
      (
        "{\(table),\"hospital\":{\"code\":\"a\"}}",
        "hospital: must have one of identityCard, insuranceNumber and hospitalNumber."
      ),
      (
        "{\(table),\"hospital\":{\"code\":\"a\",\"hospitalNumber\":\"b\","
          + "\"class\":{\"path\":\"c\",\"table\":{\"1\":\"x\"}}}}",
        "hospital.class: classes are inpatient, observation, emergency, outpatient, preadmit, recurring, newborn, "
          + "unknown."
      ),
    ])
  func mistakes(document: String, expected: String) {
    #expect(refusal(document) == expected)
  }

  @Test(
    "mistakes in payload decoders",
    arguments: [
      (#"{"path":"a"}"#, "payloads[0].encoding: is missing."),
      (#"{"path":"a","encoding":"zip"}"#, "payloads[0].encoding: must be one of base64, hex, text."),
      (#"{"path":"a","encoding":"hex"}"#, "payloads[0]: must have either json: true or layout."),
      (
        #"{"path":"a","encoding":"hex","json":true,"layout":{}}"#,
        "payloads[0]: must have either json: true or layout."
      ),
      (#"{"path":"a","encoding":"hex","layout":{}}"#, "payloads[0].layout: must not be empty."),
      (
        #"{"path":"$payload.a","encoding":"hex","json":true}"#,
        "payloads[0].path: a payload cannot be inside $payload."
      ),
      (
        #"{"path":"a","encoding":"hex","json":true,"when":{"$payload.a":1}}"#,
        "payloads[0].when: must not ask for $payload, which is not decoded yet."
      ),
      (
        #"{"path":"a","encoding":"hex","json":true,"startsWith":"5"}"#,
        "payloads[0].startsWith: must be hexadecimal digits."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"unsigned","offset":0}}}"#,
        "payloads[0].layout.f: needs a length of 1 to 8 bytes."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"signed","offset":0,"length":9}}}"#,
        "payloads[0].layout.f: needs a length of 1 to 8 bytes."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"float","offset":0,"length":4}}}"#,
        "payloads[0].layout.f.type: must be one of unsigned, signed, bits, bcd, ascii, hex."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"bits","offset":0,"length":1,"bit":8}}}"#,
        "payloads[0].layout.f.bit: must be a whole number from 0 to 7."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"bits","offset":0,"length":1,"bit":6,"count":3}}}"#,
        "payloads[0].layout.f.count: must be a whole number from 1 to 2."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"hex","offset":0,"bit":1}}}"#,
        "payloads[0].layout.f.bit: makes sense only with type: bits."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"hex","offset":65536}}}"#,
        "payloads[0].layout.f.offset: must be a whole number from -65535 to 65535."
      ),
      (
        #"{"path":"a","encoding":"hex","layout":{"f":{"type":"unsigned","offset":0,"length":1,"endian":"middle"}}}"#,
        "payloads[0].layout.f.endian: must be one of big, little."
      ),
    ])
  func payloadMistakes(decoder: String, expected: String) {
    #expect(refusal("{\(Self.head),\"payloads\":[\(decoder)]}") == expected)
  }

  @Test(
    "lists at their bound, and one past it",
    arguments: [
      (MappedLimits.maximumRules, "rules", #"{"kind":"fall"}"#),
      (MappedLimits.maximumPayloads, "payloads", #"{"path":"a","encoding":"hex","json":true}"#),
      (MappedLimits.maximumPaths, "serial", #""a""#), (MappedLimits.maximumPaths, "id", #""a""#),
      (MappedLimits.maximumConditions, "absent", #""a""#),
    ])
  func listBounds(limit: Int, key: String, element: String) {
    func document(_ count: Int) -> String {
      "{\(Self.head),\"\(key)\":[\(Array(repeating: element, count: count).joined(separator: ","))]}"
    }
    #expect(refusal(document(limit)) == nil)
    #expect(refusal(document(limit + 1)) == "\(key): has more than \(limit) entries.")
  }

  @Test("tables and texts at their bound, and one past it")
  func tableBounds() {
    func entries(_ count: Int, _ value: String) -> String {
      "{" + (0..<count).map { "\"k\($0)\":\(value)" }.joined(separator: ",") + "}"
    }
    func lookup(_ count: Int) -> String? {
      refusal("{\(Self.head),\"zone\":{\"path\":\"a\",\"table\":\(entries(count, "\"x\""))}}")
    }
    #expect(lookup(MappedLimits.maximumTableEntries) == nil)
    #expect(lookup(MappedLimits.maximumTableEntries + 1) == "zone.table: has more than 1024 entries.")
    func layout(_ count: Int) -> String? {
      let fields = entries(count, #"{"type":"hex","offset":0}"#)
      return refusal("{\(Self.head),\"payloads\":[{\"path\":\"a\",\"encoding\":\"hex\",\"layout\":\(fields)}]}")
    }
    #expect(layout(MappedLimits.maximumLayoutFields) == nil)
    #expect(layout(MappedLimits.maximumLayoutFields + 1) == "payloads[0].layout: has more than 64 entries.")
    func named(_ count: Int) -> String? {
      let name = String(repeating: "a", count: count)
      return refusal(#"{"format":"push","name":"\#(name)","authentication":{"kind":"bearer"}}"#)
    }
    #expect(named(MappedLimits.maximumNameBytes) == nil)
    #expect(named(MappedLimits.maximumNameBytes + 1) == "name: is longer than 64 bytes.")
    func answer(_ count: Int) -> String? {
      refusal("{\(Self.head),\"answer\":{\"body\":\"\(String(repeating: "a", count: count))\"}}")
    }
    #expect(answer(MappedLimits.maximumAnswerBytes) == nil)
    #expect(answer(MappedLimits.maximumAnswerBytes + 1) == "answer.body: is longer than 4096 bytes.")
    func columns(_ count: Int) -> String? {
      refusal("{\(Self.table),\"columns\":[\(Array(repeating: "\"a\"", count: count).joined(separator: ","))]}")
    }
    #expect(columns(MappedLimits.maximumColumns) == nil)
    #expect(columns(MappedLimits.maximumColumns + 1) == "columns: has more than 256 entries.")
  }

  @Test("numbers and truth values may come as text, and null is left out")
  func looseScalars() throws {
    let strict = #"{\#(Self.table),"titleRows":2,"shortRows":true,"battery":{"path":"b","scale":0.5}}"#
    let loose = #"{\#(Self.table),"titleRows":"2","shortRows":"true","zone":null,"battery":{"path":"b","scale":"0.5"}}"#
    #expect(try MappingDocument(json(strict)) == MappingDocument(json(loose)))
    #expect(refusal("{\(Self.table),\(Self.hospital),\"kind\":\"admit\"}") == nil)
  }
}
