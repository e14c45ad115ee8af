import Synchronization

/// A value that is given once and can be awaited by one reader, before or after.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case given(Value)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Gives the value; later ones are ignored. True when this one counts.
    @discardableResult
    func resolve(_ value: Value) -> Bool {
        let (reader, isTaken) = state.withLock { state -> (CheckedContinuation<Value, Never>?, Bool) in
            switch state {
            case .empty:
                state = .given(value)
                return (nil, true)
            case .awaited(let reader):
                state = .taken
                return (reader, true)
            case .given, .taken:
                return (nil, false)
            }
        }
        reader?.resume(returning: value)
        return isTaken
    }

    /// The value; only one reader may ask, once.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Value? in
                switch state {
                case .empty:
                    state = .awaited(continuation)
                    return nil
                case .given(let value):
                    state = .taken
                    return value
                case .awaited, .taken:
                    preconditionFailure("a one-shot value is read once")
                }
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
