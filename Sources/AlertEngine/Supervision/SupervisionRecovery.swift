import CareModel
import DequeModule
import HeapModule

/// Start-up, and the way back after a commit that the store refused.
extension SupervisionTable {
  /// Takes in what the store knows at start; devices that the register does not know are passed over.
  ///
  /// - Parameters:
  ///   - lines: what is known of each device.
  ///   - worst: per district the most devices that were lost at once in its network fault.
  ///   - now: from now on we can hear.
  ///   - risk: the risk of whoever a device serves, 0-5.
  package mutating func load(
    _ lines: [KnownLine], worst: [DistrictID: Int], at now: Timestamp, risk: (String) -> Int = { _ in 0 }
  ) {
    let heardUntil = lines.lazy.compactMap(\.heardAt).max() ?? .distantPast
    hearAgain(at: now, heardUntil: heardUntil)
    var armed: [DeviceDeadline] = []
    armed.reserveCapacity(lines.count)
    for known in lines {
      guard let index = index(of: known.serial), !devices[Int(index)].isLost,
        !devices[Int(index)].flags.contains(.unassigned)
      else { continue }
      let isLost = known.line?.state == .lost || known.line?.state == .inFault
      let isNew = devices[Int(index)].state == .unheard
      // Heard already since the start: its deadline is armed, and it is back when it was lost.
      guard isLost || isNew && known.heardAt != nil else { continue }
      devices[Int(index)].heardAt = max(devices[Int(index)].heardAt, known.heardAt?.microseconds ?? .min)
      if isNew { areas[Int(devices[Int(index)].area)].supervised += 1 }
      if let line = known.line, isLost {
        devices[Int(index)].risk = UInt8(clamping: max(0, min(5, risk(known.serial))))
        resume(index, line, worst: worst, at: now)
      } else {
        devices[Int(index)].state = known.line?.state == .down ? .down : .up
        let at = due(index)
        devices[Int(index)].mark = at
        armed.append(DeviceDeadline(at: at, device: index))
      }
    }
    deadlines = Heap(deadlines.unordered + armed)
  }

  /// Lost before: it stays lost, its alert is there. It had signs after that if it was heard later.
  private mutating func resume(_ index: Int32, _ line: DeviceLine, worst: [DistrictID: Int], at now: Timestamp) {
    let area = Int(devices[Int(index)].area)
    devices[Int(index)].mark = line.since.microseconds
    devices[Int(index)].state = line.state == .inFault ? .inFault : .alone
    if line.state == .inFault {
      if areas[area].fault == nil {
        areas[area].fault = NetworkFault(worst: worst[areas[area].district] ?? 0, listedAt: now.microseconds)
        faultCount += 1
      }
      areas[area].fault?.add(index, &devices)
    }
    guard devices[Int(index)].heardAt > line.since.microseconds else { return }
    devices[Int(index)].flags.insert(.returning)
    returned.append(index)
  }

  // MARK: commits

  /// Notes that a commit tells of devices, until it is durable.
  mutating func wrote(_ lines: [DeviceLine], in commit: Int64) {
    for line in lines {
      guard let index = index(of: line.serial) else { continue }
      unconfirmed.append((commit, index))
    }
  }

  /// Notes that a commit tells of a district's fault, until it is durable.
  mutating func wroteFault(of district: DistrictID, in commit: Int64) {
    if let area = area(district) { unconfirmedAreas.append((commit, Int(area))) }
  }

  /// Commits up to this number are durable.
  mutating func confirmed(upTo commit: Int64) {
    while let first = unconfirmed.first, first.commit <= commit { unconfirmed.removeFirst() }
    while let first = unconfirmedAreas.first, first.commit <= commit { unconfirmedAreas.removeFirst() }
  }

  /// Commits from this number on were not written: what they told of is told again as it is then.
  mutating func failed(from commit: Int64, at now: Timestamp, rest: TimeSpan) {
    let at = (now + rest).microseconds
    while let last = unconfirmed.last, last.commit >= commit {
      unconfirmed.removeLast()
      refused.append((last.device, at))
    }
    while let last = unconfirmedAreas.last, last.commit >= commit {
      unconfirmedAreas.removeLast()
      areas[last.area].fault?.isChanged = true
      areas[last.area].fault?.hasGrown = true
      if areas[last.area].fault == nil { endedAgain.append((last.area, at)) }
    }
  }

  /// One fault or device whose commit was refused.
  mutating func tellRefusedAgain(at now: Timestamp) -> SupervisionTurn? {
    if let first = endedAgain.first, first.at <= now.microseconds {
      endedAgain.removeFirst()
      guard areas[first.area].fault == nil else { return SupervisionTurn() }
      return SupervisionTurn(news: .faultEnded(areas[first.area].district, massLoss(first.area)))
    }
    guard let first = refused.first, first.at <= now.microseconds else { return nil }
    refused.removeFirst()
    let place = Int(first.device)
    let serial = serials[place]
    let since = Timestamp(microseconds: devices[place].mark)
    switch devices[place].state {
    case .unheard: return SupervisionTurn()
    case .up:
      return SupervisionTurn(
        lines: [DeviceLine(serial: serial, state: .present, since: now)], news: .back(serial: serial, lostSince: now))
    case .down: return SupervisionTurn(lines: [DeviceLine(serial: serial, state: .down, since: now)])
    case .alone:
      return SupervisionTurn(
        lines: [DeviceLine(serial: serial, state: .lost, since: since)],
        news: .lost(serial: serial, heardAt: Timestamp(microseconds: devices[place].heardAt)))
    case .inFault: return SupervisionTurn(lines: [DeviceLine(serial: serial, state: .inFault, since: since)])
    }
  }
}
