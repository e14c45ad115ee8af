import CareJSON
import CareModel
import EngineHost
import JSONText

/// The domain's JSON with the names that a screen needs beside the ids.
struct Views: Sendable {
  let openWork: any OpenWork

  func alert(_ alert: Alert, _ more: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
    object { object in
      alert.writeMembers(to: &object)
      writeNames(alert.resident, alert.dwelling, to: &object)
      object.member("holderName", alert.holder.flatMap { openWork.staffName($0.staff) })
      more(&object)
    }
  }

  func task(_ task: WorkTask) -> [UInt8] {
    object { object in
      task.writeMembers(to: &object)
      writeNames(task.resident, task.dwelling, to: &object)
      let alert = task.alert.flatMap(openWork.alert)
      object.member("alertKind", alert?.kind)
      object.member("alertClass", alert?.alertClass)
      writePeople(task.slots.flatMap { $0.offers.map(\.staff) }, to: &object)
    }
  }

  func offer(_ offer: Offer) -> [UInt8] {
    object { object in
      offer.writeMembers(to: &object)
      object.member("staffName", openWork.staffName(offer.staff))
      guard let task = openWork.task(offer.task) else { return }
      object.member("taskKind", task.kind)
      writeNames(task.resident, task.dwelling, to: &object)
      let alert = task.alert.flatMap(openWork.alert)
      object.member("alertKind", alert?.kind)
      object.member("alertClass", alert?.alertClass)
    }
  }

  func stay(_ stay: Stay) -> [UInt8] {
    object { object in
      stay.writeMembers(to: &object)
      writeNames(stay.resident, nil, to: &object)
    }
  }

  func reminder(_ reminder: Reminder) -> [UInt8] {
    object { object in
      reminder.writeMembers(to: &object)
      if case .resident(let resident) = reminder.caseKey { writeNames(resident, nil, to: &object) }
      object.member("confirmedByName", reminder.confirmedBy.flatMap(openWork.staffName))
    }
  }

  func suspension(_ suspension: Suspension) -> [UInt8] {
    object { object in
      suspension.writeMembers(to: &object)
      writeNames(suspension.resident, nil, to: &object)
      object.member("ownerName", openWork.staffName(suspension.owner))
      object.member("endedByName", suspension.endedBy.flatMap(openWork.staffName))
    }
  }

  /// A row of the record, with names; nil when it is not for this account's eyes.
  func recorded(
    _ row: String, for account: Account, _ more: (inout JSONWriter) -> Void = { _ in }
  ) -> [UInt8]? {
    guard let value = try? JSONValue(parsing: Array(row.utf8)), let members = value.object else { return nil }
    let district = value["district"]?.int.flatMap(DistrictID.init(exactly:)) ?? 0
    guard account.sees(district) else { return nil }
    return object { object in
      for member in members {
        object.key(text: member.key)
        object.value(member.value)
      }
      writeNames(
        value["resident"]?.string.flatMap { ResidentID($0) }, value["dwelling"]?.string.flatMap { DwellingID($0) },
        to: &object)
      let closer = value["resolution"]?["by"]?.string.flatMap { StaffID($0) }
      object.member("resolvedByName", closer.flatMap(openWork.staffName))
      more(&object)
    }
  }

  /// The names of the people in timeline entries, and of the residents behind a network fault.
  func writePeople(in timeline: [String], behind fault: AffectedPeople?, to object: inout JSONWriter) {
    var staff: [StaffID] = []
    for entry in timeline {
      guard let value = try? JSONValue(parsing: Array(entry.utf8)) else { continue }
      for text in [value["actor"]?.string, value["offer"]?["staff"]?.string, value["call"]?["by"]?.string] {
        if let id = text.flatMap({ StaffID($0) }) { staff.append(id) }
      }
    }
    writePeople(staff, fault?.lines.compactMap(\.resident) ?? [], to: &object)
  }

  private func writePeople(_ staff: [StaffID], _ residents: [ResidentID] = [], to object: inout JSONWriter) {
    object.arrayMember("people") { array in
      for id in Set(residents).sorted() {
        guard let name = openWork.names(resident: id, dwelling: nil).resident else { continue }
        array.object { person in
          person.member("id", id)
          person.member("name", name)
        }
      }
      for id in Set(staff).sorted() {
        guard let name = openWork.staffName(id) else { continue }
        array.object { person in
          person.member("id", id)
          person.member("name", name)
        }
      }
    }
  }

  private func writeNames(_ resident: ResidentID?, _ dwelling: DwellingID?, to object: inout JSONWriter) {
    guard resident != nil || dwelling != nil else { return }
    let names = openWork.names(resident: resident, dwelling: dwelling)
    object.member("residentName", names.resident)
    object.member("address", names.address)
  }

  private func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(capacity: 1024)
    writer.object(body)
    return writer.bytes
  }
}

/// A page of things in memory, ordered by a moment and an id that never change.
struct MemoryPage<Element> {
  /// The rows of the page.
  var rows: [Element]
  /// Where the next one starts; nil at the end.
  var next: String?

  /// - Throws: ``Problem/badCursor``.
  init<Entity>(
    of elements: [Element], by key: (Element) -> (Timestamp, Identifier<Entity>), _ request: APIRequest
  ) throws(Problem) {
    let limit = try request.limit()
    var sorted = elements.sorted { key($0) < key($1) }
    if let text = request.query["cursor"] {
      let parts = text.split(separator: "_")
      guard parts.count == 2, let microseconds = Int64(parts[0]), let id = Identifier<Entity>(parts[1]) else {
        throw Problem.badCursor
      }
      let last = (Timestamp(microseconds: microseconds), id)
      sorted.removeAll { key($0) <= last }
    }
    rows = Array(sorted.prefix(limit))
    guard sorted.count > limit, let last = rows.last.map(key) else { return }
    next = "\(last.0.microseconds)_\(last.1)"
  }
}
