import CLibPQ

/// One host of a connection string, with everything libpq needs to connect to it. Never printed: it may hold a
/// password.
package struct PQEndpoint: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// libpq's keywords and values, sorted by keyword.
    private let keywords: [String]
    private let values: [String]

    /// Host and port, or the socket's folder and port.
    package var description: String {
        let pairs = Dictionary(uniqueKeysWithValues: zip(keywords, values))
        return "\(pairs["host"] ?? pairs["hostaddr"] ?? "local"):\(pairs["port"] ?? "5432")"
    }

    /// As `description`.
    package var debugDescription: String { description }

    private init(_ pairs: [String: String]) {
        keywords = pairs.keys.sorted()
        values = keywords.map { pairs[$0] ?? "" }
    }

    /// The hosts of a connection string or `postgresql://` URL with one or several hosts; socket folders count as
    /// hosts. Throws `.invalidConnectionString`, also for more than `PQLimits.maxHosts`.
    package static func parse(_ connectionString: String) throws(PQError) -> [PQEndpoint] {
        guard !connectionString.utf8.contains(0), var common = keywordValues(connectionString) else {
            throw PQError(.invalidConnectionString)
        }
        // Ours to decide, see PQHostList and PQDeadlines.
        for keyword in ["connect_timeout", "target_session_attrs", "client_encoding", "replication"] {
            common[keyword] = nil
        }
        let hosts = list(common.removeValue(forKey: "host"))
        let addresses = list(common.removeValue(forKey: "hostaddr"))
        let ports = list(common.removeValue(forKey: "port"))
        let count = max(hosts.count, addresses.count, 1)
        guard count <= PQLimits.maxHosts, hosts.isEmpty || addresses.isEmpty || hosts.count == addresses.count,
            ports.count <= 1 || ports.count == count
        else { throw PQError(.invalidConnectionString) }
        return (0..<count).map { index in
            var pairs = common
            pairs["host"] = index < hosts.count ? hosts[index] : nil
            pairs["hostaddr"] = index < addresses.count ? addresses[index] : nil
            pairs["port"] = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : nil
            return PQEndpoint(pairs.filter { !$0.value.isEmpty })
        }
    }

    private static func list(_ value: String?) -> [String] {
        guard let value, !value.isEmpty else { return [] }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }

    private static func keywordValues(_ connectionString: String) -> [String: String]? {
        var message: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(message) }
        guard let options = PQconninfoParse(connectionString, &message) else { return nil }
        defer { PQconninfoFree(options) }
        var pairs: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { pairs[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return pairs
    }

    func parameters(applicationName: String) -> [(String, String)] {
        Array(zip(keywords, values)).filter { $0.0 != "application_name" } + [("application_name", applicationName)]
    }
}
