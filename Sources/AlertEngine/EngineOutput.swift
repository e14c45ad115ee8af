import CareModel

/// Something to do.
package enum Output: Sendable, Equatable {
  /// Keep this input in the local log beside its commit; answered with ``Input/logged(_:lineage:)``.
  case log(LoggedInput)
  /// Write this, after all earlier ones, whole or not at all.
  case commit(Commit)
  /// Tell whoever sent the input; comes only after what it rests on is durable.
  case acknowledge(InputID, Acknowledgement)
  /// Try once to deliver; the result comes back as ``Input/deliveryReported(_:_:_:)``.
  case notify(Notification)
  /// Put these on the event stream as entries of this commit, counted from the given ordinal.
  case publish(Int64, firstOrdinal: Int, [CareEvent])
  /// Show these while the store is away; they come again, with their ids, once their commit is durable.
  case publishProvisionally([CareEvent])
  /// Read these cases as the store knows them and answer with ``Input/casesLoaded(_:)``.
  case reload([CaseKey])
}

/// An input that changed state, as the local log keeps it.
package struct LoggedInput: Sendable, Equatable {
  /// The number of the commit that it became.
  package var number: Int64
  /// The lineage of that commit.
  package var lineage: Int
  /// Engine time of the input.
  package var at: Timestamp
  /// What happened.
  package var input: Input

  /// An input for the log.
  package init(number: Int64, lineage: Int, at: Timestamp, input: Input) {
    self.number = number
    self.lineage = lineage
    self.at = at
    self.input = input
  }
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
