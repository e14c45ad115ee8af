import CareModel

/// Every attempt, result and retry of a notification is decided here; nobody polls an outbox.
extension EngineCore {
  /// Puts a notification into the outbox; it is sent when the commit is durable.
  mutating func send(_ notification: Notification) {
    var notification = notification
    notification.attempts = 1
    notification.retryAt = draft.now + settings.deliveryWatch
    book.put(notification)
    draft.notifications.append(notification)
    deadlines.set(.notification(notification.id), notification.retryAt)
  }

  mutating func deliveryReported(_ id: NotificationID, _ report: DeliveryReport) {
    guard let notification = book.notifications[id] else { return }
    switch report {
    case .delivered: close(notification, .delivered)
    case .failed(isRetryable: false): close(notification, .failed)
    case .failed(isRetryable: true): wait(backoff(of: notification), with: notification)
    // Not for ever: whoever came online while this report was on its way was told before it.
    case .unreachable: wait(settings.unreachableRetry, with: notification)
    }
  }

  private mutating func wait(_ span: TimeSpan, with notification: Notification) {
    var notification = notification
    notification.retryAt = draft.now + span
    book.put(notification)
    deadlines.set(.notification(notification.id), notification.retryAt)
  }

  /// A notification waits no longer: it is sent again, or given up when it is of no use any more.
  mutating func notificationDue(_ id: NotificationID) {
    guard let notification = book.notifications[id] else { return }
    if unreleased.contains(id) {
      return deadlines.set(.notification(id), draft.now + settings.deliveryWatch)
    }
    if notification.expiresAt <= draft.now { return close(notification, .expired) }
    sendAgain(notification, at: draft.now)
  }

  /// Somebody can be reached again: what waits for them does not wait for its backoff.
  mutating func retryAtOnce(_ route: Notification.Route, at now: Timestamp) {
    for id in book.waiting(for: route) {
      guard let notification = book.notifications[id], notification.expiresAt > now, !unreleased.contains(id)
      else { continue }
      sendAgain(notification, at: now)
    }
  }

  /// A newer status makes an older one, that still waits, wrong.
  mutating func supersedeStatus(of serial: String, alert: AlertID) {
    for id in book.waiting(for: .device(serial: serial)) {
      guard let notification = book.notifications[id], case .deviceStatus(alert, _) = notification.content
      else { continue }
      closeAsSuperseded(notification)
    }
  }

  /// What an offer said is no longer so: nobody is rung for it later.
  mutating func supersedeOffer(_ offer: OfferID) {
    for id in book.waiting(about: offer) {
      if let notification = book.notifications[id] { closeAsSuperseded(notification) }
    }
  }

  /// Takes a notification out of the outbox because something newer says otherwise.
  mutating func closeAsSuperseded(_ notification: Notification) { close(notification, .superseded) }

  private mutating func close(_ notification: Notification, _ fate: OutboxMark.Fate) {
    book.remove(notification: notification.id)
    deadlines.set(.notification(notification.id), nil)
    draft.notifications.removeAll { $0.id == notification.id }
    draft.markedCases.append(notification.caseKey)
    draft.marks.append(
      OutboxMark(
        district: notification.district, notification: notification.id, fate: fate, attempts: notification.attempts))
  }

  private mutating func sendAgain(_ notification: Notification, at now: Timestamp) {
    var notification = notification
    notification.attempts += 1
    notification.isPossibleRepeat = true
    notification.retryAt = now + settings.deliveryWatch
    book.put(notification)
    deadlines.set(.notification(notification.id), notification.retryAt)
    outputs.append(.notify(notification))
  }

  /// Doubles with every try; a part of it by chance, which is drawn from the id so that the same run waits the same.
  private func backoff(of notification: Notification) -> TimeSpan {
    let doublings = min(max(0, notification.attempts - 1), 20)
    let full = min(
      settings.deliveryBackoff.microseconds << Int64(doublings), settings.deliveryBackoffLimit.microseconds)
    let chance = Int64(fixedMix(notification.id.low ^ UInt64(notification.attempts)) % 1000)
    return TimeSpan(microseconds: full / 2 + full / 2 * chance / 1000)
  }
}
