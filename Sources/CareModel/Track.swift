/// Where one track of a policy stands for an alert or a task.
package struct TrackProgress: Sendable, Equatable {
  /// The track's id in the policy.
  package var track: String
  /// Where it stands.
  package var state: State
  /// Which step is asked, counted from 0; the number of steps means `finally`.
  package var step: Int
  /// How often this step was asked before, for `repeat` and for `finally`.
  package var round: Int
  /// When something happens by itself: the start of a waiting track, the end of the step that is asked.
  package var deadline: Timestamp?

  /// Where a track stands.
  package enum State: String, Sendable, CaseIterable {
    /// Its start has not come.
    case waiting
    /// A step is being asked.
    case asking
    /// Its work is a task now; the task has the deadline.
    case handedToTask
    /// Somebody has it; starts again when they let go.
    case satisfied
  }

  /// Progress of a track.
  package init(track: String, state: State, step: Int = 0, round: Int = 0, deadline: Timestamp? = nil) {
    self.track = track
    self.state = state
    self.step = step
    self.round = round
    self.deadline = deadline
  }
}
