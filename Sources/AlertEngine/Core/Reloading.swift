import CareModel

/// Start-up recovery and the way back after a commit that the store refused: the same code.
extension EngineCore {
  /// Gives up what a failed commit and all after it have changed, and asks for what the store knows.
  mutating func beginReload(from number: Int64) {
    let (cases, inputs) = stream.fail(from: number)
    correlationsFailed(from: number)
    supervision.failed(from: number, at: latest, rest: settings.refusedDeadlineRest)
    for case .operatorActed(let id, _, _) in inputs { doneActions[id] = nil }
    for case .signalReceived(_, let signal) in inputs {
      if case .message(let id, _) = signal.repeatKey {
        repeats.forget(MessageDigest(source: signal.source, id: id))
      } else if case .whileUnacknowledged(let fingerprint) = signal.repeatKey {
        unacknowledged[fingerprint] = nil
      }
    }
    if cases.isEmpty {
      stepAgain()
    } else {
      outputs.append(.reload(cases))
    }
  }

  /// Takes what the store knows and steps again what could not be written.
  mutating func load(_ snapshot: CaseSnapshot, at now: Timestamp) {
    if let keys = snapshot.caseKeys {
      // Nothing is written during a reload, so its answer ends with the commit before the refused one; an older
      // snapshot of the same cases is somebody else's.
      let isAnswer = stream.isReloading && keys == stream.reloading && snapshot.commitNumber == stream.nextNumber - 1
      guard isAnswer else { return recall(snapshot.alerts, at: now) }
      disarm(Set(keys))
      book.forget(Set(keys))
      forgetSuspensions(of: Set(keys))
      // Not before: until here memory holds notifications that were never written, and nobody may see them.
      unreleased.removeAll()
    } else {
      stream.resume(after: snapshot.commitNumber)
      book.reserve(for: snapshot, room: settings.roomForCases)
      let armed = snapshot.alerts.count + snapshot.tasks.count + snapshot.notifications.count
      deadlines.reserve(max(armed, 3 * settings.roomForCases))
      repeats.reserve(snapshot.repeats.count)
      recallLines(snapshot, at: now)
      recallCorrelations(snapshot, at: now)
    }
    for stay in snapshot.stays where book.stays[stay.id] == nil {
      book.put(stay)
      arm(stay, at: now)
    }
    for reminder in snapshot.reminders {
      book.put(reminder)
      deadlines.set(.reminder(reminder.id), reminder.deadline)
    }
    for suspension in snapshot.suspensions {
      suspensions.put(suspension)
      arm(suspension)
    }
    for alert in snapshot.alerts where book.alerts[alert.id] == nil {
      book.put(alert)
      arm(alert)
    }
    for task in snapshot.tasks {
      book.put(task)
      arm(task)
    }
    for message in snapshot.repeats { repeats.remember(message, at: now) }
    for var notification in snapshot.notifications where book.notifications[notification.id] == nil {
      notification.isPossibleRepeat = true
      notification.retryAt = now
      book.put(notification)
      deadlines.set(.notification(notification.id), now)
    }
    if stream.isReloading, snapshot.caseKeys != nil { stepAgain() }
  }

  /// Takes in resolved alerts that have left memory, so that they can be reopened; memory is ahead of the store in
  /// everything else, so nothing that is in it gives way.
  private mutating func recall(_ alerts: [Alert], at now: Timestamp) {
    for alert in alerts where alert.state == .resolved && book.alerts[alert.id] == nil {
      book.put(alert)
      arm(alert)
      let leaves = max(deadlines.deadline(of: .alertMemory(alert.id)) ?? now, now + settings.recallMemory)
      deadlines.set(.alertMemory(alert.id), leaves)
    }
  }

  private mutating func stepAgain() {
    for retry in stream.endReload() {
      if retry.isPoison {
        stepPoison(retry.source)
      } else {
        decide(retry.source.input, at: retry.source.at)
      }
    }
  }

  /// What the store refused for its content: a signal is kept in its plainest form, a deadline rests for a while, and
  /// an action is not taken.
  private mutating func stepPoison(_ source: CommitStream.Source) {
    guard let id = source.input.id else { return }
    if stream.givesUp(id) { return refuse(source.input) }
    switch source.input {
    case .signalReceived(_, let signal): decide(.signalReceived(id, signal.defused), at: source.at)
    case .deliveryReported: decide(source.input, at: source.at)
    case .deadlineReached:
      stream.forgetPoison(id)
      guard let owner = source.fired, deadlines.deadline(of: owner) != nil else { return }
      deadlines.set(owner, max(source.at, latest) + settings.refusedDeadlineRest)
    default:
      stream.forgetPoison(id)
      refuse(source.input)
    }
  }

  private mutating func disarm(_ keys: Set<CaseKey>) {
    for alert in book.alerts.values where keys.contains(alert.caseKey) { deadlines.set(.alert(alert.id), nil) }
    for task in book.tasks.values where keys.contains(task.caseKey) { deadlines.set(.task(task.id), nil) }
    for reminder in book.reminders.values where keys.contains(reminder.caseKey) {
      deadlines.set(.reminder(reminder.id), nil)
    }
    for notification in book.notifications.values where keys.contains(notification.caseKey) {
      deadlines.set(.notification(notification.id), nil)
    }
  }
}

extension Signal {
  /// The signal with everything taken out that a store might refuse; the message itself is kept in `raw`.
  var defused: Signal {
    Signal(
      source: SignalSource(feed: source.feed, sender: source.sender.plain, serial: source.serial?.plain),
      kind: .unknown, repeatKey: repeatKey, oddities: oddities + [.refusedByStore], raw: raw)
  }
}

extension String {
  /// Letters, digits and `-_.:` of at most 64 characters: what every store takes.
  fileprivate var plain: String {
    String(
      unicodeScalars.prefix(64).map { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":": Character(scalar)
        default: "_"
        }
      })
  }
}
