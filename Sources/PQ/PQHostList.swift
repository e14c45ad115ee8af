import Synchronization

/// The hosts of one PostgreSQL cluster. Opens all of them side by side and keeps the one that takes writes.
///
/// Keep one list for as long as the cluster is used: it remembers the newest timeline it has seen, so that a former
/// primary that thaws or is cut off is not taken for the primary again.
package final class PQHostList: Sendable {
    /// The hosts, in order of preference among equals.
    package let endpoints: [PQEndpoint]
    private let newestTimeline = Mutex<Int32>(0)

    /// A list of hosts, at most `PQLimits.maxHosts`; see `PQEndpoint.parse`.
    package init(_ endpoints: [PQEndpoint]) {
        precondition((1...PQLimits.maxHosts).contains(endpoints.count), "a host list has 1 to maxHosts hosts")
        self.endpoints = endpoints
    }

    fileprivate enum Event: Sendable {
        case writable(PQConnection, index: Int, timeline: Int32)
        case inRecovery(timeline: Int32)
        case refused(PQError)
        case graceOver
    }

    /// Connects to the host that is not in recovery and not on an older timeline than the newest seen. Once one such
    /// host has answered, the others have `PQDeadlines.electionGraceSeconds` to show that they are newer. Throws
    /// `.noPrimary` (for a single host its own error), `.deadlineExceeded` when no host answered in time, or
    /// `.cancelled`.
    package func connect(
        applicationName: String = "silverbell", deadlineSeconds: Double = PQDeadlines.connectSeconds
    ) async throws(PQError) -> PQConnection {
        let deadline = MonotonicMoment.after(seconds: deadlineSeconds)
        let events = await withTaskGroup(of: Event.self) { group in
            for index in endpoints.indices {
                group.addTask { await self.probe(index, applicationName, deadline) }
            }
            return await Self.firstAnswers(of: &group, hostCount: endpoints.count)
        }
        return try choose(among: events)
    }

    private static func firstAnswers(of group: inout TaskGroup<Event>, hostCount: Int) async -> [Event] {
        var events: [Event] = []
        var hasGrace = false
        loop: while events.count < hostCount, let event = await group.next() {
            if case .graceOver = event { break loop }
            events.append(event)
            if case .writable = event, !hasGrace {
                hasGrace = true
                group.addTask {
                    // Cancelled as soon as all have answered.
                    try? await Task.sleep(for: .seconds(PQDeadlines.electionGraceSeconds))
                    return .graceOver
                }
            }
        }
        group.cancelAll()
        while let event = await group.next() {
            if case .writable(let connection, _, _) = event { connection.close() }
        }
        return events
    }

    private func choose(among events: [Event]) throws(PQError) -> PQConnection {
        var best: (connection: PQConnection, index: Int, timeline: Int32)?
        var newest: Int32 = 0
        var failure: PQError?
        for event in events {
            switch event {
            case .writable(let connection, let index, let timeline):
                newest = max(newest, timeline)
                if let current = best, (current.timeline, -current.index) > (timeline, -index) {
                    connection.close()
                } else {
                    best?.connection.close()
                    best = (connection, index, timeline)
                }
            case .inRecovery(let timeline): newest = max(newest, timeline)
            case .refused(let error): failure = failure ?? error
            case .graceOver: break
            }
        }
        let required = newestTimeline.withLock { known in
            known = max(known, newest)
            return known
        }
        if let best {
            if best.timeline >= required { return best.connection }
            best.connection.close()
            throw PQError(.noPrimary, explanation: "the only writable host is on an older timeline")
        }
        if let failure, events.count == 1 || events.allSatisfy({ $0.error?.code == failure.code }) { throw failure }
        throw PQError(.noPrimary, explanation: failure?.debugDescription ?? "every host is in recovery")
    }

    private static let probeSQL = """
        SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery()
          THEN (SELECT timeline_id FROM pg_control_checkpoint())
          ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int4 END
        """

    private func probe(_ index: Int, _ applicationName: String, _ deadline: MonotonicMoment) async -> Event {
        do throws(PQError) {
            let connection = try await PQConnection.connect(
                to: endpoints[index], applicationName: applicationName, deadlineSeconds: deadline.secondsLeft)
            let answer = connection.submit(
                .group([try EncodedStatement(BoundStatement(sql: Self.probeSQL))]), toleratesWarnings: true,
                deadlineSeconds: deadline.secondsLeft)
            let outcome = await withTaskCancellationHandler {
                await answer.value()
            } onCancel: {
                connection.close()
            }
            do throws(PQError) {
                guard let row = try outcome.believed().first?.first else { throw PQError(.protocolViolation) }
                let timeline = try row.int4(1)
                guard try row.bool(0) else { return .writable(connection, index: index, timeline: timeline) }
                connection.close()
                return .inRecovery(timeline: timeline)
            } catch {
                connection.close()
                throw error
            }
        } catch {
            return .refused(error)
        }
    }
}

extension PQHostList.Event {
    fileprivate var error: PQError? {
        if case .refused(let error) = self { error } else { nil }
    }
}
