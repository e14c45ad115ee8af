/// Alarms at a fixed rate, followed to the event stream and to the first offer.
package final class EventsLoad {
  /// What was seen of one alarm, in monotonic nanoseconds.
  private struct Sighting {
    var due: UInt64
    var acknowledged: UInt64
  }

  /// From one moment to another, nanoseconds.
  package struct Delays: Sendable {
    /// From the moment an alarm was due to its entry on the stream.
    package var dueToStream = Histogram()
    /// From its PUBACK to its entry; 0 when the entry came first.
    package var acknowledgedToStream = Histogram()
    /// From the moment an alarm was due to its first offer.
    package var dueToOffer = Histogram()
    /// From its PUBACK to its first offer; 0 when the offer came first.
    package var acknowledgedToOffer = Histogram()
    /// Alarms without an entry on the stream, and without an offer.
    package var withoutEntry = 0
    /// Alarms without an entry on the stream, and without an offer.
    package var withoutOffer = 0

    /// Nothing seen.
    package init() {}

    /// Adds what was seen afterwards.
    package mutating func merge(_ other: Delays) {
      dueToStream.merge(other.dueToStream)
      acknowledgedToStream.merge(other.acknowledgedToStream)
      dueToOffer.merge(other.dueToOffer)
      acknowledgedToOffer.merge(other.acknowledgedToOffer)
      withoutEntry += other.withoutEntry
      withoutOffer += other.withoutOffer
    }
  }

  private let load: MQTTLoad
  private let poller: Poller
  private var sightings: [String: Sighting] = [:]
  private var entries: [String: (id: String, at: UInt64)] = [:]
  private var offers: [String: UInt64] = [:]

  /// Follows the alarms of `load`, which sends one alarm a device, on a stream and phones that are open.
  package init(_ load: MQTTLoad, stream: EventStreamReader, phones: PhoneBank, poller: Poller) {
    self.load = load
    self.poller = poller
    load.onAcknowledged = { [unowned self] serial, due, now in
      sightings[String(decoding: serial, as: UTF8.self)] = Sighting(due: due, acknowledged: now)
    }
    stream.onAlert = { [unowned self] id, serial, now in entries[serial] = (id, now) }
    phones.onMessage = { [unowned self] payload, now in
      guard JSONPeek.text("type", in: payload) == "offer", let alert = JSONPeek.text("alert", in: payload) else {
        return
      }
      if offers[alert] == nil { offers[alert] = now }
    }
  }

  /// Sends, and waits up to `drain` seconds for what was not seen yet.
  package func run(drain: Double) -> (result: LoadResult, delays: Delays) {
    let result = load.run()
    let deadline = Monotonic.now() + UInt64(drain * 1_000_000_000)
    while entries.count < sightings.count || offers.count < sightings.count, Monotonic.now() < deadline {
      poller.wait(until: min(deadline, Monotonic.now() + 50_000_000))
    }
    var delays = Delays()
    for (serial, sighting) in sightings {
      guard let entry = entries[serial] else {
        delays.withoutEntry += 1
        delays.withoutOffer += 1
        continue
      }
      delays.dueToStream.record(entry.at - min(entry.at, sighting.due))
      delays.acknowledgedToStream.record(entry.at - min(entry.at, sighting.acknowledged))
      guard let offer = offers[entry.id] else {
        delays.withoutOffer += 1
        continue
      }
      delays.dueToOffer.record(offer - min(offer, sighting.due))
      delays.acknowledgedToOffer.record(offer - min(offer, sighting.acknowledged))
    }
    return (result, delays)
  }
}
