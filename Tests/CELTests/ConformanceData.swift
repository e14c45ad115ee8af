import CEL
import Foundation

/// One test of the specification's data, as the folder's README describes it.
struct ConformanceCase {
    let name: String
    let expression: String
    let container: String
    let isChecked: Bool
    let expandsMacros: Bool
    let isCheckOnly: Bool
    let declarations: [[String: Any]]
    let bindings: [String: Any]
    let expectation: [String: Any]

    init?(_ json: [String: Any]) {
        guard json["proto"] as? Bool != true, let expression = json["expr"] as? String,
            let expectation = json["expect"] as? [String: Any]
        else { return nil }
        name = "\(json["section"] as? String ?? "")/\(json["name"] as? String ?? "")"
        self.expression = expression
        self.expectation = expectation
        container = json["container"] as? String ?? ""
        isChecked = json["disable_check"] as? Bool != true
        expandsMacros = json["disable_macros"] as? Bool != true
        isCheckOnly = json["check_only"] as? Bool == true
        declarations = json["type_env"] as? [[String: Any]] ?? []
        bindings = json["bindings"] as? [String: Any] ?? [:]
    }
}

/// The folder of the data: SILVERBELL_CEL_DATA, else `../shared/cel` next to the package.
enum ConformanceData {
    static let folder: URL? = {
        if let path = ProcessInfo.processInfo.environment["SILVERBELL_CEL_DATA"] { return URL(filePath: path) }
        var folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.pathComponents.count > 1 {
            let manifest = folder.appending(path: "Package.swift").path
            let data = folder.deletingLastPathComponent().appending(path: "shared/cel")
            if FileManager.default.fileExists(atPath: manifest) || FileManager.default.fileExists(atPath: data.path) {
                return data
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    static func cases(_ file: String) -> [ConformanceCase]? {
        guard let url = folder?.appending(path: file + ".json"), let content = try? Data(contentsOf: url),
            let json = try? JSONSerialization.jsonObject(with: content) as? [String: Any],
            let tests = json["tests"] as? [[String: Any]]
        else { return nil }
        return tests.compactMap { ConformanceCase($0) }
    }

    /// A value in the data's notation; nil for notations of messages.
    static func value(_ json: Any) -> CELValue? {
        guard let object = json as? [String: Any], let (kind, content) = object.first else { return nil }
        let text = content as? String ?? ""
        switch kind {
        case "null": return .null
        case "bool": return (content as? Bool).map(CELValue.bool)
        case "int": return Int64(text).map(CELValue.int)
        case "uint": return UInt64(text).map(CELValue.uint)
        case "double": return Double(text).map(CELValue.double)
        case "string": return .text(text)
        case "bytes": return Data(base64Encoded: text).map { .bytes(ContiguousArray($0)) }
        case "type": return CELType(parsing: text).map(CELValue.type)
        case "list":
            guard let items = content as? [Any] else { return nil }
            let values = items.compactMap { value($0) }
            return values.count == items.count ? .list(ContiguousArray(values)) : nil
        case "map":
            guard let items = content as? [[Any]] else { return nil }
            let pairs = items.compactMap { pair -> (CELValue, CELValue)? in
                guard pair.count == 2, let key = value(pair[0]), let element = value(pair[1]) else { return nil }
                return (key, element)
            }
            return pairs.count == items.count ? CELMap(pairs).map(CELValue.map) : nil
        case "timestamp", "duration":
            guard let parts = content as? [String: Any] else { return nil }
            let seconds = Int64(parts["seconds"] as? String ?? "0") ?? 0
            let nanos = Int32(parts["nanos"] as? Int ?? 0)
            return kind == "timestamp"
                ? CELTimestamp(seconds: seconds, nanos: nanos).map(CELValue.timestamp)
                : CELDuration(seconds: seconds, nanos: nanos).map(CELValue.duration)
        default: return nil
        }
    }

    /// Equality of the data: kinds must agree, NaN equals NaN, the order of maps does not count.
    static func isSame(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.double(let one), .double(let other)):
            return one.isNaN ? other.isNaN : one == other && one.sign == other.sign
        case (.list(let one), .list(let other)):
            return one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
        case (.map(let one), .map(let other)):
            return one.count == other.count
                && zip(one.keys, one.values).allSatisfy { key, value in
                    other.value(for: key).map { isSame(value, $0) } ?? false
                }
        default:
            return left.type.runtimeName == right.type.runtimeName && left.isEqual(to: right)
        }
    }
}
