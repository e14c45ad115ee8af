import CareModel
import Logging
import Mapped
import TransportSecurity

/// What feeds need from files beside the configuration: certificate, keys of alarm panels, mappings.
struct FeedFiles {
  /// The certificate; nil = no transport security.
  let security: TLSContexts?
  /// Keys of alarm panels by account.
  let panelKeys: [String: [UInt8]]
  /// What platforms push and leave.
  let mappings: MappingFiles

  /// Reads all of them.
  /// - Throws: ``StartProblem/other(_:)`` for the first that is wrong.
  init(_ configuration: Configuration, now: Timestamp, logger: Logger) throws(StartProblem) {
    security = try configuration.security.map { settings throws(StartProblem) in
      try Self.contexts(settings, now, logger)
    }
    panelKeys = try configuration.dc09KeysFile.map(PanelKeys.read) ?? [:]
    mappings = try configuration.mappingFolder.map { folder throws(StartProblem) in
      try MappingFiles(folder: folder, secretsPath: configuration.mappingSecretsFile)
    } ?? MappingFiles()
  }

  private static func contexts(
    _ settings: TLSSettings, _ now: Timestamp, _ logger: Logger
  ) throws(StartProblem) -> TLSContexts {
    do throws(TLSProblem) {
      let contexts = try TLSContexts(settings: settings)
      for warning in contexts.warnings(at: now) { logger.warning("\(warning)") }
      return contexts
    } catch {
      throw .other("tls.\(error.file.rawValue): \(error)")
    }
  }
}
