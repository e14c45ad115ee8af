/// A script or a COPY on its way. Neither is possible in libpq's pipeline mode, so it has the connection for itself.
final class SimpleExchange {
    private enum Stage {
        case awaiting
        /// The chunk and the first byte of it that was not taken.
        case copying(next: Int, from: Int)
        case ending
        case draining
    }

    let submission: Submission
    private let chunks: [[UInt8]]?
    private var stage = Stage.awaiting
    private var results: [PQRows] = []
    private var firstError: PQError?
    private var fatalState: String?
    private var warning: String?

    init(submission: Submission, chunks: [[UInt8]]?) {
        self.submission = submission
        self.chunks = chunks
    }

    /// While data are being copied the server's answers are left alone.
    var readsAnswers: Bool {
        switch stage {
        case .awaiting, .draining: true
        case .copying, .ending: false
        }
    }

    func warningReceived(_ state: String) {
        if !submission.toleratesWarnings { warning = warning ?? state }
    }

    func rowsReceived(_ rows: PQRows) {
        results.append(rows)
    }

    func refusalReceived(_ error: PQError, isFatal: Bool) {
        if isFatal {
            fatalState = fatalState ?? error.sqlState
        } else {
            firstError = firstError ?? error
        }
    }

    /// False when there is nothing to copy.
    func copyInReceived() -> Bool {
        guard chunks != nil, case .awaiting = stage else { return false }
        stage = .copying(next: 0, from: 0)
        return true
    }

    /// Sends what the socket takes. True when something was sent; throws when the connection is broken.
    func send(on raw: RawConnection) throws(PQError) -> Bool {
        var hasSent = false
        while true {
            switch stage {
            case .awaiting, .draining: return hasSent
            case .copying(let next, let start):
                guard let chunks, next < chunks.count else {
                    stage = .ending
                    continue
                }
                let end = min(start + PQLimits.copyChunkBytes, chunks[next].count)
                guard try isTaken(raw.putCopy(chunks[next][start..<end])) else { return hasSent }
                stage = end < chunks[next].count ? .copying(next: next, from: end) : .copying(next: next + 1, from: 0)
            case .ending:
                guard try isTaken(raw.endCopy()) else { return hasSent }
                stage = .draining
            }
            hasSent = true
        }
    }

    private func isTaken(_ answer: Int32) throws(PQError) -> Bool {
        guard answer >= 0 else { throw PQError(.connectionLost) }
        return answer == 1
    }

    /// The outcome once the server is ready again.
    var outcome: PQOutcome<[PQRows]> {
        if let fatalState { return .unknown(.connectionLost(sqlState: fatalState)) }
        if let firstError { return .failed(firstError) }
        if let warning { return .unknown(.warning(sqlState: warning)) }
        return .committed(results)
    }

    /// The outcome when the connection ends before that.
    func outcome(lostBecause reason: PQUnknownReason) -> PQOutcome<[PQRows]> {
        if chunks != nil {
            if let firstError { return .failed(firstError) }
            // A COPY that was not ended by us is rolled back.
            guard case .draining = stage else { return .failed(PQError(.notSent)) }
        }
        if case .connectionLost(nil) = reason { return .unknown(.connectionLost(sqlState: fatalState)) }
        return .unknown(reason)
    }
}
