import DemoCity
import SilverbellApp

/// Addresses and secrets of one demo.
struct DemoSettings: Sendable {
  var databaseURL: String
  var secretKey: String
  var webhookSecret: String
  var portBase: Int
  /// Where the local input log is.
  var inputLogFolder: String

  var mqttPort: Int { portBase + 1 }
  var mllpPort: Int { portBase + 2 }
  var httpPort: Int { portBase + 3 }
  var operationsPort: Int { portBase + 4 }
  var noticePort: Int { portBase + 5 }
  var panelPort: Int { portBase + 6 }
  var address: String { "http://127.0.0.1:\(httpPort)" }
  var operationsAddress: String { "http://127.0.0.1:\(operationsPort)" }
  var noticeAddress: String { "http://127.0.0.1:\(noticePort)" }

  /// The daemon's configuration, as if it came from the environment.
  func configuration(rulesPath: String?) throws -> Configuration {
    var values = [
      "SILVERBELL_DATABASE_URL": databaseURL, "SILVERBELL_SECURITY_SECRET_KEY": secretKey,
      "SILVERBELL_WEBHOOK_SECRET": webhookSecret, "SILVERBELL_MQTT_PORT": "\(mqttPort)",
      "SILVERBELL_HTTP_PORT": "\(httpPort)", "SILVERBELL_MLLP_0_PORT": "\(mllpPort)",
      "SILVERBELL_DC09_PORT": "\(panelPort)",
      "SILVERBELL_INPUT_LOG_DIRECTORY": inputLogFolder,
      "SILVERBELL_OPERATIONS_PORT": "\(operationsPort)",
      "SILVERBELL_MLLP_0_HOSPITAL": DemoCity.hospitalCode, "SILVERBELL_LOG_LEVEL": "warning",
    ]
    values["SILVERBELL_RULES_PATH"] = rulesPath
    return try Configuration.load(path: nil, environment: values)
  }
}
