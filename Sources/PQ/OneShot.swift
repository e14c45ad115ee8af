import Synchronization

/// A value that is given once and can be had by one reader, before or after.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(@Sendable (Value) -> Void)
        case given(Value)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Gives the value; later ones are ignored. True when this one counts.
    @discardableResult
    func resolve(_ value: Value) -> Bool {
        let (reader, isTaken) = state.withLock { state -> ((@Sendable (Value) -> Void)?, Bool) in
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
        reader?(value)
        return isTaken
    }

    /// The value; only one reader may ask, once.
    func value() async -> Value {
        await withCheckedContinuation { continuation in whenGiven { continuation.resume(returning: $0) } }
    }

    /// Calls `reader` with the value: at once when it is there, else on the thread that gives it. Only one reader may
    /// ask, once.
    func whenGiven(_ reader: @escaping @Sendable (Value) -> Void) {
        let ready = state.withLock { state -> Value? in
            switch state {
            case .empty:
                state = .awaited(reader)
                return nil
            case .given(let value):
                state = .taken
                return value
            case .awaited, .taken:
                preconditionFailure("a one-shot value is read once")
            }
        }
        if let ready { reader(ready) }
    }
}
