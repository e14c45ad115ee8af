import CareModel
import JSONText

extension CareEvent: CareJSONObject {
  /// Members: `type at district case actor text`, then the changed thing under its name: `alert`, `task`, `offer`,
  /// `stay`, `reminder`, `suspension`, `call` or `signal` (`id kind serial oddities`).
  package func writeMembers(to object: inout JSONWriter) {
    writeHead(to: &object)
    writeSubject(to: &object)
  }

  /// Writes what every entry has.
  package func writeHead(to object: inout JSONWriter) {
    object.member("type", kind)
    object.member("at", at)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("actor", actor)
    object.member("text", text)
  }

  /// Writes the changed thing under its name.
  package func writeSubject(to object: inout JSONWriter) {
    switch subject {
    case .alert(let alert): object.member("alert", alert)
    case .task(let task): object.member("task", task)
    case .offer(let offer): object.member("offer", offer)
    case .stay(let stay): object.member("stay", stay)
    case .reminder(let reminder): object.member("reminder", reminder)
    case .suspension(let suspension): object.member("suspension", suspension)
    case .call(let call): object.member("call", call)
    case .signal(let id, let kind, let serial, let oddities):
      object.objectMember("signal") { signal in
        signal.member("id", id)
        signal.member("kind", kind)
        signal.member("serial", serial)
        signal.member("oddities", words: oddities)
      }
    }
  }
}
