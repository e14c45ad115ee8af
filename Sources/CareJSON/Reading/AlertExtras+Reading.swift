import CareModel
import JSONText

extension AlertExtras {
  /// Reads what is there from the alert's own object.
  init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init()
    labels = try object.things("labels")
    targets = try object.thingOrNil("targets")
    inhibitKeys = try object.storedTexts("inhibitKeys")
    inhibited = try object.thingOrNil("inhibited")
    asked = try object.things("asked")
    if object.valueOrNil("calls") != nil { calls = try object.storedInt("calls") }
    lastCall = try object.wordOrNil("lastCall")
  }
}

extension JSONObjectReader {
  /// A list of texts that the house wrote itself; empty when it is not there.
  func storedTexts(_ name: String) throws(CareJSONError) -> [String] {
    var texts: [String] = []
    for (value, path) in try elements(name) {
      guard let text = value.string else { throw CareJSONError(field: path, .notText) }
      texts.append(text)
    }
    return texts
  }
}

extension AlertLabel: CareJSONReadable {
  /// Reads `name value`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(try object.storedText("name"), try object.storedText("value"))
  }
}

extension Alert.Targets: CareJSONReadable {
  /// Reads `answerBy firstOfferBy acceptBy arriveBy`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      answerBy: try object.timeOrNil("answerBy"), firstOfferBy: try object.timeOrNil("firstOfferBy"),
      acceptBy: try object.timeOrNil("acceptBy"), arriveBy: try object.timeOrNil("arriveBy"))
  }
}

extension Alert.Inhibited: CareJSONReadable {
  /// Reads `rule key source since reviewAt`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      rule: try object.storedText("rule"), key: try object.storedText("key"), source: try object.id("source"),
      since: try object.time("since"), reviewAt: try object.time("reviewAt"))
  }
}

extension OutsideAsk: CareJSONReadable {
  /// Reads `track group contact party resident relation way at until outcome`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      track: try object.storedText("track"), group: try object.word("group"),
      contact: try object.idOrNil("contact"), party: try object.idOrNil("party"),
      resident: try object.idOrNil("resident"), relation: try object.storedText("relation"),
      way: try object.word("way"), at: try object.time("at"), until: try object.time("until"))
    outcome = try object.wordOrNil("outcome")
  }
}

extension Contact.QuietHours: CareJSONReadable {
  /// Reads `fromMinute untilMinute offsetMinutes`; minutes of a day, and an offset of at most 14 hours.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      fromMinute: try object.int("fromMinute", in: 0...1439), untilMinute: try object.int("untilMinute", in: 0...1439),
      offsetMinutes: try object.intOrNil("offsetMinutes", in: -840...840) ?? 480)
  }
}
