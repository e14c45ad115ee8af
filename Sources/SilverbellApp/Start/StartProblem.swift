/// Why the daemon does not start or does not go on; one sentence that says what to do.
package enum StartProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// A port cannot be listened on: where it was given, its key, and why.
  case port(ConfigurationProblem)
  /// The rule file was refused.
  case rules(String)
  /// The address of the database cannot be understood.
  case databaseAddress
  /// The database did not answer within the configured time.
  case databaseAbsent(waitedSeconds: Int, reason: String)
  /// The database lacks migrations.
  case schemaOlder(found: Int32, needed: Int32)
  /// The database has migrations that this program does not know.
  case schemaNewer(found: Int32, known: Int32)
  /// The files of the migrations are not where the program looks for them.
  case migrationsMissing
  /// Another engine has taken the shard.
  case leadershipLost
  /// The database lacks commits that it had confirmed.
  case databaseWentBack
  /// Something that only its own text explains.
  case other(String)

  package var description: String {
    switch self {
    case .port(let problem): problem.description
    case .rules(let text): "The rules were refused: \(text)"
    case .databaseAddress: "database.url cannot be understood: write it like host=… dbname=… or postgresql://…."
    case .databaseAbsent(let seconds, let reason):
      "The database did not answer within \(seconds) s (\(reason)): start it or correct database.url."
    case .schemaOlder(let found, let needed):
      "The database has schema \(found), this program needs \(needed): run `silverbell migrate`."
    case .schemaNewer(let found, let known):
      "The database has schema \(found), this program knows \(known): use the newer program."
    case .migrationsMissing:
      "The folder Migrations is neither beside the program nor above it: keep the program in its checkout or folder."
    case .leadershipLost: "Another engine has taken this shard: this one has stopped, and need not be started again."
    case .databaseWentBack:
      "The database has gone back behind what it had confirmed (restored, or failed over with a loss): start again, "
        + "and what it lacks is decided again from the local input log."
    case .other(let text): text
    }
  }

  /// The exit code: 75 (try again later, elsewhere) when the shard is another's, else 1.
  package var exitCode: Int32 { self == .leadershipLost ? 75 : 1 }
}
