import Foundation
import Glibc

/// A failure of the test equipment itself.
package struct TestSupportError: Error, CustomStringConvertible {
    /// What went wrong.
    package let description: String

    /// An error with its text.
    package init(_ description: String) {
        self.description = description
    }
}

/// Starting and awaiting child processes that inherit nothing but the descriptors given here.
enum ChildProcess {
    /// Descriptors below this one are closed in children; tests open far fewer.
    private static let closedDescriptors: Int32 = 1_024

    /// Starts a program with `output` as its standard output and error; its path is absolute.
    static func spawn(_ arguments: [String], input: Int32? = nil, output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for descriptor in 3..<Self.closedDescriptors { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        // A fixed environment keeps the tests independent of the caller's PG… settings.
        let settings = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
        var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) }
        defer { environment.forEach { free($0) } }
        environment.append(nil)
        var pid = pid_t()
        let status = posix_spawn(&pid, arguments[0], &actions, nil, words, environment)
        guard status == 0 else { throw TestSupportError("cannot start \(arguments[0]): error \(status)") }
        return pid
    }

    /// Waits for the end of a child and gives its exit status, -1 when a signal ended it.
    @discardableResult
    static func wait(_ pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }

    /// Runs a program to its end; throws with its output when it fails.
    static func run(_ arguments: [String], output: String) throws {
        let status = wait(try spawn(arguments, output: output))
        guard status == 0 else {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw TestSupportError("\(arguments[0]) ended with \(status): \(text.suffix(2_000))")
        }
    }

    /// Processes whose working folder is `folder`, and only those.
    static func processes(in folder: String) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.sorted().filter { pid in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == folder
        }
    }

    /// Runs blocking work off the cooperative pool.
    static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
