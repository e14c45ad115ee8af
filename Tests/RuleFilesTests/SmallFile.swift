import RuleFiles

/// A file that is right, to be changed in one place.
enum SmallFile {
  static let text = """
    apiVersion: silverbell/v1
    name: small
    classify:
      - id: panic
        when: signal.kind == 'panic'
        set: {class: life, severity: 7}
    alert:
      - id: all
        match: alert.class == 'life'
        key: ["signal.origin", "'person'"]
        window: 90s
        raise: 3
    route:
      policy: desk
      routes:
        - when: alert.severity >= 7
          policy: desk
    policies:
      - id: desk
        tracks:
          - id: desk
            start: now
            steps:
              - {ask: desk, mode: all, timeout: 45s}
            finally: {ask: dutyChief, mode: all, timeout: 45s}
      - id: task
        tracks:
          - id: people
            start: now
            task: visit
            steps:
              - {ask: carers, mode: oneByOne, timeout: 90s, repeat: 2}
            finally: {ask: shiftLeader, mode: all, timeout: 5m}
    tests:
      - name: a press
        given:
          - {kind: panic}
        expect: {class: life, policy: desk, alert: true}

    """

  /// What is wrong with a text, one line a problem without the file's name; empty when nothing is.
  static func problems(_ text: String) -> [String] {
    do throws(RuleFileRefusal) {
      _ = try RuleFiles.parse(text: text, name: "f")
      return []
    } catch {
      return error.problems.map { String($0.description.dropFirst("f:".count)) }
    }
  }
}
