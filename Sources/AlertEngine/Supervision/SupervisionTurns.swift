import CareModel
import DequeModule
import HeapModule

/// What is due, a bounded step at a time: whoever has many devices to look at comes back for the next turn, so that a
/// press never waits for more than one step.
extension SupervisionTable {
  /// When the next turn is due: at once while something waits; nil when nothing is armed.
  package var nextDue: Timestamp? {
    if hasWaiting { return .distantPast }
    var next = deadlines.min?.at
    if let at = refused.first?.at { next = min(next ?? at, at) }
    if let at = endedAgain.first?.at { next = min(next ?? at, at) }
    if faultCount > 0 {
      for area in areas.indices {
        guard let at = listDue(area) else { continue }
        next = min(next ?? at, at)
      }
    }
    return next.map { Timestamp(microseconds: $0) }
  }

  private var hasWaiting: Bool {
    if !returned.isEmpty || !drained.isEmpty || !leftover.isEmpty { return true }
    return faultCount > 0 && areas.contains { $0.fault.map { !$0.joining.isEmpty || $0.isOver(settings) } ?? false }
  }

  private func listDue(_ area: Int) -> Int64? {
    guard let fault = areas[area].fault, fault.isChanged else { return nil }
    return (Timestamp(microseconds: fault.listedAt) + settings.listInterval).microseconds
  }

  /// Does one bounded step of what is due.
  ///
  /// - Parameters:
  ///   - now: engine time; not before an earlier turn's.
  ///   - risk: the risk of whoever a device serves, 0-5.
  package mutating func turn(at now: Timestamp, risk: (String) -> Int) -> SupervisionTurn {
    if !returned.isEmpty { return takeReturned(at: now) }
    if let turn = takeDrained() { return turn }
    if let turn = join(at: now) ?? endFault(at: now) { return turn }
    if let turn = takeLeftover(at: now) ?? tellRefusedAgain(at: now) { return turn }
    if let first = deadlines.min, first.at <= now.microseconds { return lookAtDue(at: now, risk: risk) }
    return refreshList(at: now) ?? SupervisionTurn()
  }

  // MARK: heard again

  private mutating func takeReturned(at now: Timestamp) -> SupervisionTurn {
    var turn = SupervisionTurn()
    while turn.lines.count < settings.maximumPerStep, let index = returned.popFirst() {
      let place = Int(index)
      guard devices[place].flags.contains(.returning) else { continue }
      devices[place].flags.remove(.returning)
      let (state, since) = (devices[place].state, Timestamp(microseconds: devices[place].mark))
      guard state != .unheard, state != .up else { continue }
      let area = Int(devices[place].area)
      if state == .inFault { areas[area].fault?.remove(index, &devices) }
      if state == .alone { areas[area].leave(&devices[place]) }
      devices[place].state = .up
      // Of a device that was down the deadline is armed; it is compared when it comes up.
      if state != .down { arm(index) }
      turn.lines.append(DeviceLine(serial: serials[place], state: .present, since: now))
      guard state == .alone else { continue }
      turn.news = .back(serial: serials[place], lostSince: since)
      break
    }
    return turn
  }

  private mutating func takeDrained() -> SupervisionTurn? {
    guard let (index, percent) = drained.popFirst() else { return nil }
    return SupervisionTurn(news: .batteryLow(serial: serials[Int(index)], percent: percent))
  }

  // MARK: lost

  private mutating func lookAtDue(at now: Timestamp, risk: (String) -> Int) -> SupervisionTurn {
    var turn = SupervisionTurn()
    for _ in 0..<settings.maximumPerStep {
      guard let entry = deadlines.min, entry.at <= now.microseconds else { break }
      deadlines.removeMin()
      guard isCurrent(entry) else { continue }
      let due = due(entry.device)
      if due > now.microseconds {
        arm(entry.device)
        continue
      }
      if now - Timestamp(microseconds: due) > settings.blindAfter {
        // We were frozen or far behind: what was sent meanwhile may not be heard yet.
        hearAgain(at: now, heardUntil: Timestamp(microseconds: due) - TimeSpan(microseconds: 1))
        arm(entry.device)
        continue
      }
      devices[Int(entry.device)].risk = UInt8(clamping: max(0, min(5, risk(serials[Int(entry.device)]))))
      lose(entry.device, at: now, &turn)
      if turn.news != nil { break }
    }
    return turn
  }

  private mutating func lose(_ index: Int32, at now: Timestamp, _ turn: inout SupervisionTurn) {
    let place = Int(index)
    let area = Int(devices[place].area)
    devices[place].mark = now.microseconds
    if areas[area].fault != nil {
      devices[place].state = .inFault
      areas[area].fault?.add(index, &devices)
      turn.lines.append(DeviceLine(serial: serials[place], state: .inFault, since: now))
      return
    }
    devices[place].state = .alone
    devices[place].flags.insert(.counted)
    areas[area].forget(before: (now - settings.faultWindow).microseconds, in: &devices)
    guard areas[area].lose(index, at: now.microseconds, settings) else {
      turn.lines.append(DeviceLine(serial: serials[place], state: .lost, since: now))
      turn.news = .lost(serial: serials[place], heardAt: Timestamp(microseconds: devices[place].heardAt))
      return
    }
    // The one that passes the threshold has no alert of its own.
    areas[area].beginFault(at: now.microseconds)
    faultCount += 1
    devices[place].flags.remove(.counted)
    devices[place].state = .inFault
    areas[area].fault?.add(index, &devices)
    turn.lines.append(DeviceLine(serial: serials[place], state: .inFault, since: now))
    turn.news = .faultBegan(areas[area].district, massLoss(area))
  }

  // MARK: one fault of many

  /// One device that was lost alone shortly before is joined into the fault of its area.
  private mutating func join(at now: Timestamp) -> SupervisionTurn? {
    for area in areas.indices {
      for _ in 0..<settings.maximumPerStep {
        guard let loss = areas[area].fault?.joining.popFirst() else { break }
        let place = Int(loss.device)
        guard devices[place].isLostAlone(since: loss.at), Int(devices[place].area) == area,
          !devices[place].flags.contains(.returning)
        else { continue }
        devices[place].flags.remove(.counted)
        devices[place].state = .inFault
        areas[area].fault?.add(loss.device, &devices)
        let line = DeviceLine(serial: serials[place], state: .inFault, since: Timestamp(microseconds: loss.at))
        return SupervisionTurn(
          lines: [line], news: .joinedFault(serial: serials[place], areas[area].district))
      }
    }
    return nil
  }

  private mutating func endFault(at now: Timestamp) -> SupervisionTurn? {
    guard let area = areas.firstIndex(where: { $0.fault?.isOver(settings) ?? false }) else { return nil }
    let figures = massLoss(area)
    leftover += areas[area].fault?.members.filter { !$0.isEmpty } ?? []
    areas[area].fault = nil
    faultCount -= 1
    return SupervisionTurn(news: .faultEnded(areas[area].district, figures))
  }

  /// One device that is still lost after its fault has ended.
  private mutating func takeLeftover(at now: Timestamp) -> SupervisionTurn? {
    while let group = leftover.indices.last {
      guard let index = leftover[group].popLast() else {
        leftover.removeLast()
        continue
      }
      let place = Int(index)
      guard devices[place].state == .inFault, !devices[place].flags.contains(.returning) else { continue }
      devices[place].state = .alone
      let since = Timestamp(microseconds: devices[place].mark)
      return SupervisionTurn(
        lines: [DeviceLine(serial: serials[place], state: .lost, since: since)],
        news: .lost(serial: serials[place], heardAt: Timestamp(microseconds: devices[place].heardAt)))
    }
    return nil
  }

  private mutating func refreshList(at now: Timestamp) -> SupervisionTurn? {
    let found = areas.indices.first { area in listDue(area).map { $0 <= now.microseconds } ?? false }
    guard let area = found else { return nil }
    let figures = massLoss(area)
    areas[area].fault?.listedAt = now.microseconds
    areas[area].fault?.isChanged = false
    areas[area].fault?.hasGrown = false
    return SupervisionTurn(news: .faultChanged(areas[area].district, figures))
  }

  func massLoss(_ area: Int) -> MassLoss {
    let fault = areas[area].fault
    let limit = min(settings.maximumListed, AffectedPeople.maximumLines)
    let listed = fault?.highestRisk(limit: limit).map { serials[Int($0)] } ?? []
    return MassLoss(
      lost: fault?.count ?? 0, worst: fault?.worst ?? 0, supervised: areas[area].supervised,
      hasGrown: fault?.hasGrown ?? false, listed: listed)
  }
}
