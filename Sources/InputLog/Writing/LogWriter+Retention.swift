/// Which segments may go.
extension LogWriter {
  /// Most segments that are deleted at one look: deleting a large file takes a while, and records wait meanwhile.
  static let deletionsPerLook = 4

  /// Notes which segments are confirmed from now on.
  mutating func confirm(_ confirmations: Confirmations) {
    let now = environment.now()
    for index in closed.indices where closed[index].confirmedAt == nil {
      let isConfirmed =
        if let last = closed[index].lastSequence { confirmations.through.map { last <= $0 } ?? false } else {
          confirmations.earlierRuns
        }
      guard isConfirmed else { continue }
      closed[index].confirmedAt = now
      isMarkerDue = true
    }
  }

  /// Deletes segments that were confirmed long enough ago; over the bound of size confirmed ones before their time.
  mutating func deleteOld() {
    let oldest = environment.now() - settings.keepAge
    var bytes = storedBytes
    var kept: [ClosedSegment] = []
    var deletions = 0
    for segment in closed {
      if deletions < Self.deletionsPerLook, let moment = segment.confirmedAt,
        moment <= oldest || bytes > settings.maximumBytes, delete(segment)
      {
        deletions += 1
        bytes -= segment.bytes
      } else {
        kept.append(segment)
      }
    }
    if kept.count != closed.count { closed = kept }
  }

  private mutating func delete(_ segment: ClosedSegment) -> Bool {
    do throws(LogFileError) {
      try environment.files.remove(directory + "/" + LogNames.segment(segment.number))
      return true
    } catch {
      if error.code == Errno.noEntry { return true }
      housekeepingFailures += 1
      return false
    }
  }

  /// Stores which segments are confirmed, where that has changed. What is not stored the next run confirms again.
  mutating func storeMarker() {
    guard isMarkerDue else { return }
    var marker = ConfirmationMarker()
    marker.highestNumber = highestNumber
    for segment in closed.prefix(ConfirmationMarker.maximumEntries) {
      marker.confirmedAt[segment.number] = segment.confirmedAt
    }
    do throws(LogFileError) {
      try environment.files.replace(LogNames.confirmed, in: directory, with: [marker.encoded()])
      isMarkerDue = false
    } catch {
      housekeepingFailures += 1
    }
  }
}
