import Glibc

/// `silverbell-cel`: the expression language by itself, to try, to measure and to attack. No part of the daemon.
@main
enum SilverbellCEL {
  static let usage = """
    usage: silverbell-cel evaluate EXPRESSION      the value and its type, or what is wrong and where
           silverbell-cel evaluate --lines         one expression a line from standard input, one outcome a line
           silverbell-cel bench [--rules FILE] [--json]   nanoseconds and allocations (build with -c release)
           silverbell-cel fuzz cel|rules [--seconds N] [--seed N] [--corpus FOLDER]
    """

  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let command = arguments.isEmpty ? "" : arguments.removeFirst()
    let status: Int32 =
      switch command {
      case "evaluate": EvaluateCommand.run(arguments)
      case "bench": BenchCommand.run(arguments)
      case "fuzz": FuzzCommand.run(arguments)
      default: refuse()
      }
    exit(status)
  }

  /// Says how it is used; the exit status of a wrong call.
  static func refuse() -> Int32 {
    complain(usage)
    return 64
  }

  /// One message to standard error.
  static func complain(_ message: String) {
    let bytes = Array((message + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
