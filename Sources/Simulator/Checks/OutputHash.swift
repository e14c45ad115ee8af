import AlertEngine
import CareModel

/// A fixed hash over all that the engine puts out, for "same seed, same run".
struct OutputHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ outputs: [Output]) {
    for output in outputs {
      switch output {
      case .commit(let commit): add(commit)
      case .acknowledge(let input, let acknowledgement):
        mix(2)
        mix(input)
        switch acknowledgement {
        case .accepted(let receipt):
          mix(receipt.isRepeat ? 1 : 0)
          if let signal = receipt.signal { mix(signal) }
        case .refused(let refusal): mix(fixedHash(refusal.rawValue.utf8))
        case .unavailable: mix(3)
        }
      case .notify(let notification):
        mix(4)
        mix(notification.id)
        mix(UInt64(notification.attempts))
      case .publish(let number, _, let events): mix(UInt64(number) << 16 | UInt64(events.count))
      case .log(let logged): mix(UInt64(logged.number) << 8 | 5)
      case .publishProvisionally(let events): mix(UInt64(events.count) << 8 | 6)
      case .reload(let keys): for key in keys { mix(fixedHash(key.description.utf8)) }
      }
    }
  }

  private mutating func add(_ commit: Commit) {
    mix(UInt64(commit.number) << 8 | UInt64(commit.lineage & 0xFF))
    mix(commit.input)
    for alert in commit.alerts {
      mix(alert.id)
      mix(fixedHash(alert.state.rawValue.utf8) ^ UInt64(alert.signalCount))
      mix(alert.nextDeadline)
    }
    for task in commit.tasks {
      mix(task.id)
      mix(fixedHash(task.state.rawValue.utf8))
      mix(task.nextDeadline)
    }
    for offer in commit.offers {
      mix(offer.id)
      mix(offer.staff)
      mix(fixedHash(offer.state.rawValue.utf8))
    }
    for stay in commit.stays { mix(stay.id) }
    for reminder in commit.reminders {
      mix(reminder.id)
      mix(fixedHash(reminder.state.rawValue.utf8))
    }
    for suspension in commit.suspensions {
      mix(suspension.id)
      mix(fixedHash(suspension.state.rawValue.utf8))
      mix(suspension.nextDeadline)
    }
    for notification in commit.notifications { mix(notification.id) }
    for mark in commit.outboxMarks { mix(mark.notification) }
    mix(UInt64(commit.events.count))
  }

  private mutating func mix(_ time: Timestamp?) { mix(UInt64(bitPattern: time?.microseconds ?? 0)) }

  private mutating func mix<Entity>(_ id: Identifier<Entity>) {
    mix(id.high)
    mix(id.low)
  }

  private mutating func mix(_ number: UInt64) { value = fixedMix(value ^ number) }
}
