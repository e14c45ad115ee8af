import AlertRules
import CareModel
import JSONText

/// How an alert came about, what every rule said, and who was asked; people by their ids only.
package struct Explanation: Sendable {
  /// A sentence in both languages.
  package struct Sentence: Sendable, Equatable {
    /// When it happened; nil for what is no moment.
    package var at: Timestamp?
    /// In Chinese.
    package var chinese: String
    /// In English.
    package var english: String
  }

  /// A signal and what the rules said about it.
  package struct SignalPart: Sendable {
    /// The signal.
    package var id: SignalID
    /// The time of receipt.
    package var at: Timestamp
    /// Its kind.
    package var kind: SignalKind
    /// The hash of the set that decided.
    package var hash: String
    /// The version of that hash; nil when it is not stored.
    package var version: Int32?
    /// What was decided then, in one line.
    package var reason: String
    /// Every rule that could match, evaluated again with the register as it is now.
    package var findings: [RuleFinding]
  }

  /// The alert.
  package var alert: AlertID
  /// Its state now.
  package var state: Alert.State
  /// Its signals, oldest first.
  package var signals: [SignalPart]
  /// What happened, in order.
  package var sentences: [Sentence]

  /// Lines for people.
  package func lines(isChinese: Bool) -> [String] {
    sentences.map { sentence in
      let text = isChinese ? sentence.chinese : sentence.english
      return sentence.at.map { "\($0.rfc3339)  \(text)" } ?? "    \(text)"
    }
  }

  /// As JSON; sentences in one language.
  package func write(to object: inout JSONWriter, isChinese: Bool) {
    object.member("alert", alert.description)
    object.member("state", state.rawValue)
    object.arrayMember("signals") { array in
      for signal in signals {
        array.object { part in
          part.member("id", signal.id.description)
          part.member("at", signal.at.rfc3339)
          part.member("kind", signal.kind.rawValue)
          part.member("ruleSetHash", signal.hash)
          part.member("version", signal.version.map(Int.init))
          part.member("reason", signal.reason)
          part.arrayMember("rules") { list in for finding in signal.findings { finding.write(to: &list) } }
        }
      }
    }
    object.arrayMember("sentences") { array in
      for sentence in sentences {
        array.object { part in
          part.member("at", sentence.at?.rfc3339)
          part.member("text", isChinese ? sentence.chinese : sentence.english)
        }
      }
    }
  }
}

extension RuleFinding {
  func write(to array: inout JSONWriter) {
    array.object { part in
      part.member("section", section)
      part.member("id", id)
      part.member("outcome", outcome.rawValue)
      part.arrayMember("values") { list in
        for value in values {
          list.object { entry in
            entry.member("text", value.text)
            entry.member("value", value.value)
          }
        }
      }
    }
  }

  /// `alert person: true (signal.kind = 'panic')`.
  func sentence() -> Explanation.Sentence {
    let parts = values.map { "\($0.text) = \($0.value)" }.joined(separator: ", ")
    let words: (String, String) =
      switch outcome {
      case .isTrue: ("符合", "true")
      case .isFalse: ("不符合", "false")
      case .isError: ("出错", "error")
      }
    let tail = parts.isEmpty ? "" : " (\(parts))"
    return .init(
      at: nil, chinese: "规则 \(section) \(id):\(words.0)\(tail)",
      english: "rule \(section) \(id): \(words.1)\(tail)")
  }
}
