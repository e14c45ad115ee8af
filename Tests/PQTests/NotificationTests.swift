import PQ
import Testing

@Suite(.fewAtATime) struct NotificationTests {
    @Test func notificationsArriveOnTheirChannel() async throws {
        let fixture = try await Fixture()
        let other = try await fixture.another()
        let stream = try await fixture.connection.listen("a \"channel\"")
        try await other.query("select pg_notify('elsewhere', 'x'), pg_notify('a \"channel\"', $1)", [.text("床位 3")])
        try await other.query("notify \"a \"\"channel\"\"\"")
        var iterator = stream.makeAsyncIterator()
        for payload in ["床位 3", ""] {
            let notification = await iterator.next()
            #expect(notification?.channel == "a \"channel\"")
            #expect(notification?.payload == payload)
        }
        try await fixture.connection.unlisten("a \"channel\"")
        #expect(await iterator.next() == nil)
    }

    @Test func aSlowReaderKeepsTheNewestOnly() async throws {
        let fixture = try await Fixture()
        let stream = try await fixture.connection.listen("c")
        let total = PQLimits.maxBufferedNotifications + 1
        let notify = Statement(name: "n", sql: "select pg_notify('c', $1)", parameterTypes: [.text])
        let outcome = await fixture.connection.pipeline((0..<total).map { notify.bind(.text("\($0)")) })
        #expect(outcome.committedValue != nil)
        try await fixture.connection.unlisten("c")
        var payloads: [String] = []
        for await notification in stream { payloads.append(notification.payload) }
        #expect(payloads == (1..<total).map { "\($0)" })
    }

    @Test func aSecondListenerEndsTheFirst() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.connection.listen("c")
        let second = try await fixture.connection.listen("c")
        for await _ in first {}
        try await fixture.connection.query("notify c")
        var iterator = second.makeAsyncIterator()
        #expect(await iterator.next() != nil)
    }
}
