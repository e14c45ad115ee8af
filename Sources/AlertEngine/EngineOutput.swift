import CareModel

/// Something to do.
package enum Output: Sendable, Equatable {
  /// Write this, after all earlier ones, whole or not at all.
  case commit(Commit)
  /// Tell whoever sent the input; comes only after what it rests on is durable.
  case acknowledge(InputID, Acknowledgement)
  /// Try once to deliver; the result comes back as ``Input/deliveryReported(_:_:_:)``.
  case notify(Notification)
  /// Put these on the event stream as entries of this commit, counted from the given ordinal.
  case publish(Int64, firstOrdinal: Int, [CareEvent])
  /// Read these cases as the store knows them and answer with ``Input/casesLoaded(_:)``.
  case reload([CaseKey])
}

/// The answer to the sender of an input.
package enum Acknowledgement: Sendable, Equatable {
  /// Done and durable.
  case accepted(Receipt)
  /// Understood and not done.
  case refused(ActionRefusal)
  /// Not durable: no positive answer; the sender keeps it and sends it again.
  case unavailable
}

/// What an accepted input became.
package struct Receipt: Sendable, Equatable {
  /// The signal.
  package var signal: SignalID?
  /// The alert it opened, joined or changed.
  package var alert: AlertID?
  /// The task it made or changed.
  package var task: TaskID?
  /// The suspension it made or changed.
  package var suspension: SuspensionID?
  /// It had been received before.
  package var isRepeat: Bool

  /// A receipt.
  package init(
    signal: SignalID? = nil, alert: AlertID? = nil, task: TaskID? = nil, suspension: SuspensionID? = nil,
    isRepeat: Bool = false
  ) {
    self.signal = signal
    self.alert = alert
    self.task = task
    self.suspension = suspension
    self.isRepeat = isRepeat
  }
}
