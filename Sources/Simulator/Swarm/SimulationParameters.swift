import AlertEngine
import CareModel

/// How large the simulated world is, what goes wrong in it, and what it must keep to.
package struct SimulationParameters: Sendable {
  /// Devices, each in a home of its own, with a resident.
  package var devices = 12
  /// Responders and carers with phones.
  package var staff = 8
  /// People at the desk, at least one.
  package var dispatchers = 3
  /// Hospitals; every second one sends all its patients.
  package var hospitals = 2
  /// Between two presses of one device, at most about this long.
  package var pressEvery: TimeSpan = .minutes(25)
  /// Between two stories of a hospital's patients, at most.
  package var hospitalStoryEvery: TimeSpan = .minutes(20)
  /// Longest way of a chunk of bytes on a good day.
  package var networkDelay: TimeSpan = .milliseconds(250)
  /// Seconds of the devices' and phones' MQTT keep-alive; 0 = none.
  package var keepAlive = 60
  /// Longest time of a well store for a group of commits.
  package var storeDelay: TimeSpan = .milliseconds(12)
  /// Most commits in a group.
  package var storeGroup = 8
  /// What goes wrong, and how often.
  package var faults = FaultRates.usual
  /// Between two comparisons of the running engine with one that recovers from the store.
  package var compareEvery: TimeSpan = .minutes(5)
  /// A city's ordinary day instead of a small world's bad one; nil = the small world.
  package var city: CityPlan?
  /// Districts that the homes are in.
  package var districts = 2
  /// Steps between two looks at all deadlines.
  package var checkEvery = 256
  /// Between two checks that everything drains, after the faults.
  package var calmCheckEvery: TimeSpan = .seconds(15)
  /// How long after the faults everything has to come to its end.
  package var drain: TimeSpan = .minutes(75)
  /// What must hold, and within which time.
  package var bounds = LivenessBounds()
  /// The engine's own settings.
  package var engine = EngineSettings()
  /// Makes the store tell that commits are written before they are: a defect that the checkers must find.
  package var storeLies = false
  /// Lets the daemon start with a clock that was set back, behind times that it has written; the product does not stand
  /// that yet: whoever finished a task in the hour that comes twice cannot accept another until it is over.
  package var restartsWithClockSetBack = false
  /// Lines kept of what happened last.
  package var traceLines = 80

  /// The usual world.
  package init() {}
}

/// Within which time things must be done. The first holds always, the others once the faults are over.
package struct LivenessBounds: Sendable {
  /// An alert that nobody holds is asked about again, while nothing is broken for as long.
  package var asked: TimeSpan = .minutes(25)
  /// From the end of the faults until all of the below holds at every moment.
  package var settling: TimeSpan = .minutes(6)
  /// A commit is confirmed.
  package var commit: TimeSpan = .seconds(30)
  /// Whoever sent something has an answer.
  package var answer: TimeSpan = .minutes(3)
  /// A notification past its time is out of the outbox.
  package var notification: TimeSpan = .minutes(7)
  /// An alert that nobody holds is asked about again (the service policy waits ten minutes).
  package var calmAsked: TimeSpan = .minutes(11)
  /// Somebody has a task that was begun, or people were asked for it.
  package var taskAsked: TimeSpan = .minutes(11)
  /// A downlink is delivered or given up; a half-open connection takes up to ten minutes to be known as one.
  package var downlink: TimeSpan = .minutes(12)

  /// The usual bounds.
  package init() {}
}
