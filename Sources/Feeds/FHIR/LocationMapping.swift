import CareModel
import JSONText

/// Reads where the patient lies: ward, room and bed with a slash between, as PV1-3 over MLLP.
struct LocationMapping {
  let resources: BundleResources

  /// One part of a place.
  private struct Step: Equatable {
    /// 0 outside, 1 ward, 2 room, 3 bed.
    var rank: Int
    var word: String
  }

  /// The place that an Encounter names now: its active locations, else those of unstated status; before an admission
  /// the planned one.
  func place(of encounter: JSONValue) -> String? {
    var words: [Step] = []
    for item in current(of: encounter) {
      let steps = chain(item, encounter)
      // Several locations may be parts of one place; one that contradicts the first is another place.
      let isOther = steps.contains { step in !words.contains(step) && words.contains { $0.rank == step.rank } }
      if !isOther { for step in steps where !words.contains(step) { words.append(step) } }
    }
    // A building is told only where nothing nearer is.
    let inside = words.filter { $0.rank > 0 }
    let chosen = inside.isEmpty ? Array(words.prefix(1)) : inside
    let ranked = (0...maximumRank).flatMap { rank in chosen.filter { $0.rank == rank } }
    let text = ranked.map(\.word).joined(separator: "/")
    return text.isEmpty || text.utf8.count > Signal.maximumTextBytes ? nil : text
  }

  /// When the person came to that place.
  func arrival(of encounter: JSONValue, defaultOffsetMinutes: Int) -> Timestamp? {
    current(of: encounter).compactMap {
      $0["period"]?.moment("start", defaultOffsetMinutes: defaultOffsetMinutes)
    }.max()
  }

  private func current(of encounter: JSONValue) -> [JSONValue] {
    let all = encounter.elements("location")
    let isPlanned = EncounterState(of: encounter) == .planned
    for status in isPlanned ? ["active", nil, "planned"] : ["active", nil] {
      let found = all.filter { $0.word("status") == status }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// A location with the room and ward that it is part of, and with the room and bed that are the only part of it.
  private func chain(_ item: JSONValue, _ encounter: JSONValue) -> [Step] {
    let reference = item["location"]
    guard let index = resources.entryIndex(of: reference) else {
      let location = resources.resolve(reference, from: encounter)
      let word = location?.word("name") ?? reference?.word("display") ?? reference?["identifier"]?.word("value")
      return word.map { [Step(rank: rank(item) ?? location.flatMap(rank) ?? 1, word: $0)] } ?? []
    }
    let named = resources.entries[index].resource
    let own = rank(item) ?? rank(named) ?? 1
    let steps = above(named, own).reversed() + [(own, name(named) ?? reference?.word("display"))] + below(index, own)
    return steps.compactMap { rank, word in word.map { Step(rank: rank, word: $0) } }
  }

  private func above(_ location: JSONValue, _ rank: Int) -> [(Int, String?)] {
    var steps: [(Int, String?)] = []
    var (location, rank) = (location, rank)
    while rank > 1, steps.count < BundleResources.maximumChain, let parent = resources.resolve(location["partOf"]) {
      (location, rank) = (parent, self.rank(parent) ?? 1)
      steps.append((rank, name(parent)))
    }
    return steps
  }

  private func below(_ index: Int, _ rank: Int) -> [(Int, String?)] {
    var steps: [(Int, String?)] = []
    var (index, rank) = (index, rank)
    while rank > 0, rank < maximumRank {
      guard let part = resources.onlyPart(of: index), let partRank = self.rank(resources.entries[part].resource),
        partRank > rank
      else { break }
      steps.append((partRank, name(resources.entries[part].resource)))
      (index, rank) = (part, partRank)
    }
    return steps
  }

  private func name(_ location: JSONValue) -> String? {
    location.word("name") ?? location.elements("identifier").lazy.compactMap { $0.word("value") }.first
  }

  /// 0 outside (site, building …), 1 ward or level, 2 room, 3 bed; nil when the kind of place is not told.
  private func rank(_ place: JSONValue) -> Int? {
    let concepts = [place["physicalType"], place["form"]].compactMap { $0 }
    for code in concepts.flatMap(\.codes) {
      switch code.lowercased() {
      case "bd": return 3
      case "ro": return 2
      case "wa", "lvl", "co", "wi": return 1
      case "si", "bu", "jdn", "area", "rd", "ve", "ho", "ca": return 0
      default: continue
      }
    }
    return nil
  }
}

/// The rank of a bed.
private let maximumRank = 3
