/// What NOTIFY sent. A hint only: some may be dropped.
package struct PQNotification: Sendable, Hashable {
    /// The channel's name.
    package let channel: String
    /// The payload, empty if there was none.
    package let payload: String
}

extension PQConnection {
    /// LISTENs on a channel. The stream keeps the newest `PQLimits.maxBufferedNotifications` for a slow reader and
    /// ends with the connection, which it does not keep alive. A second call for a channel ends the first stream.
    package func listen(_ channel: String) async throws(PQError) -> AsyncStream<PQNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PQNotification.self, bufferingPolicy: .bufferingNewest(PQLimits.maxBufferedNotifications))
        if core.isClosed { throw PQError(.closed) }
        core.listen(channel, continuation)
        do throws(PQError) {
            try await query("LISTEN \(try quotedIdentifier(channel))")
        } catch {
            core.unlisten(channel)
            throw error
        }
        return stream
    }

    /// UNLISTENs; the stream ends.
    package func unlisten(_ channel: String) async throws(PQError) {
        core.unlisten(channel)
        try await query("UNLISTEN \(try quotedIdentifier(channel))")
    }
}

/// An identifier in double quotes; throws `.invalidValue` for U+0000.
func quotedIdentifier(_ name: String) throws(PQError) -> String {
    guard !name.utf8.contains(0), !name.isEmpty else {
        throw PQError(.invalidValue, explanation: "no identifier")
    }
    var quoted = "\""
    for character in name.unicodeScalars {
        if character == "\"" { quoted.unicodeScalars.append(character) }
        quoted.unicodeScalars.append(character)
    }
    return quoted + "\""
}
