import PQ
import TestSupport
import Testing

@Suite(.fewAtATime) struct HostListTests {
    @Test func aSilentHostDoesNotHoldUpTheOther() async throws {
        let silent = try SilentListener()
        let database = try await PostgresServer.shared().createDatabase()
        let text = "host=127.0.0.1,\(database.server.socketFolder) port=\(silent.port),5432 "
            + "user=postgres dbname=\(database.name)"
        let hosts = PQHostList(try PQEndpoint.parse(text))
        #expect(hosts.endpoints.count == 2)
        let elapsed = try await seconds {
            let connection = try await hosts.connect(
                applicationName: "bell/1/7", deadlineSeconds: patientSeconds)
            let name = try await connection.query("select current_setting('application_name')").first.text(0)
            #expect(name == "bell/1/7")
        }
        // Long before the deadline that the silent host uses up; the rest is for a busy machine.
        #expect(elapsed < patientSeconds / 4)
    }

    @Test func silentHostsAloneAreGivenUpAtTheDeadline() async throws {
        let silent = try SilentListener()
        let hosts = PQHostList(try PQEndpoint.parse("host=127.0.0.1,127.0.0.1 port=\(silent.port) user=a"))
        let elapsed = await seconds {
            let error = await #expect(throws: PQError.self) { try await hosts.connect(deadlineSeconds: 0.5) }
            #expect(error?.code == .deadlineExceeded)
        }
        #expect((0.4..<5).contains(elapsed))
    }

    @Test func aHostThatIsNotThereIsARefusalWithoutDelay() async throws {
        let hosts = PQHostList(try PQEndpoint.parse("host=/nonexistent user=a"))
        let error = await #expect(throws: PQError.self) { try await hosts.connect() }
        #expect(error?.code == .connectFailed)
        #expect(error?.isRetryable == true)
    }

    @Test func aHostInRecoveryIsSkippedAndAnOlderTimelineIsRefused() async throws {
        let standby = try await PostgresServer.start(fsync: false)
        let older = try await PostgresServer.start(fsync: false)
        try await standby.becomeStandby()
        let text = "host=\(standby.socketFolder),\(older.socketFolder) user=postgres dbname=postgres"
        let hosts = PQHostList(try PQEndpoint.parse(text))
        let first = try await hosts.connect(deadlineSeconds: patientSeconds)
        #expect(try await folder(first) == older.socketFolder)

        let endpoint = try #require(hosts.endpoints.first)
        let onlyStandby = await #expect(throws: PQError.self) {
            try await PQHostList([endpoint]).connect(deadlineSeconds: patientSeconds)
        }
        #expect(onlyStandby?.code == .noPrimary)

        let direct = try await PQConnection.connect(to: endpoint, deadlineSeconds: patientSeconds)
        #expect(try await direct.query("select pg_promote()", deadlineSeconds: patientSeconds).first.bool(0))
        let second = try await hosts.connect(deadlineSeconds: patientSeconds)
        #expect(try await folder(second) == standby.socketFolder)

        // The newer one goes away: the list remembers that the older one is not the primary any more.
        try await standby.stop()
        let error = await #expect(throws: PQError.self) { try await hosts.connect(deadlineSeconds: patientSeconds) }
        #expect(error?.code == .noPrimary)
    }

    private func folder(_ connection: PQConnection) async throws -> String {
        try await connection.query("select current_setting('unix_socket_directories')").first.text(0)
    }

    @Test func connectingCanBeCancelled() async throws {
        let silent = try SilentListener()
        let hosts = PQHostList(try PQEndpoint.parse("host=127.0.0.1 port=\(silent.port) user=a"))
        let attempt = Task { try await hosts.connect(deadlineSeconds: patientSeconds) }
        attempt.cancel()
        let elapsed = await seconds { await #expect(throws: PQError.self) { try await attempt.value } }
        #expect(elapsed < patientSeconds / 2)
    }
}

@Suite(.fewAtATime) struct EndpointTests {
    @Test(arguments: [
        ("host=a,b port=1,2 user=u", ["a:1", "b:2"]),
        ("host=a,b,c port=7", ["a:7", "b:7", "c:7"]),
        ("postgresql://u:secret@a:1,b:2/d?application_name=x&target_session_attrs=read-write", ["a:1", "b:2"]),
        ("postgresql://a,b/d", ["a:5432", "b:5432"]),
        ("host=/run/one,/run/two", ["/run/one:5432", "/run/two:5432"]),
        ("postgresql://%2Frun%2Fone/d", ["/run/one:5432"]),
        ("hostaddr=127.0.0.1 port=5", ["127.0.0.1:5"]),
        ("dbname=d", ["local:5432"]),
    ])
    func hostsAreReadFromEitherForm(text: String, expected: [String]) throws {
        let endpoints = try PQEndpoint.parse(text)
        #expect(endpoints.map(\.description) == expected)
        #expect(endpoints.allSatisfy { !String(reflecting: $0).contains("secret") })
    }

    @Test(arguments: ["host", "nonsense=1", "host=a,b port=1,2,3", "host=a,b hostaddr=::1", "host=a\0b"])
    func nonsenseIsRefused(text: String) {
        let error = #expect(throws: PQError.self) { try PQEndpoint.parse(text) }
        #expect(error?.code == .invalidConnectionString)
    }

    @Test func theNumberOfHostsIsBounded() throws {
        func text(_ count: Int) -> String { "host=" + (0..<count).map { "h\($0)" }.joined(separator: ",") }
        #expect(try PQEndpoint.parse(text(PQLimits.maxHosts)).count == PQLimits.maxHosts)
        #expect(throws: PQError.self) { try PQEndpoint.parse(text(PQLimits.maxHosts + 1)) }
    }
}
