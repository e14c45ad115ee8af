import RuleFiles
import RuleTrials

/// A rule file with two tracks, to which a test is added.
enum TrialFile {
  static let rules = """
    apiVersion: silverbell/v1
    name: trial
    classify:
      - id: panic
        when: signal.kind in ['panic', 'fall']
        set: {class: life, severity: 7}
    alert:
      - id: cancel
        match: signal.kind == 'cancel'
        key: ["signal.origin", "'person'"]
        window: 90s
        joinOnly: true
      - id: all
        match: alert.class == 'life'
        key: ["signal.origin", "'person'"]
        window: 90s
        raise: 3
    route: {policy: life}
    policies:
      - id: life
        tracks:
          - id: desk
            start: now
            steps:
              - {ask: desk, mode: all, timeout: 45s}
              - {ask: shiftLeader, mode: all, timeout: 45s}
            finally: {ask: dutyChief, mode: all, timeout: 45s}
          - id: field
            start: {after: 60s, on: "alert.kind == 'fall'"}
            steps:
              - {ask: responder, mode: oneByOne, timeout: 60s}
              - {ask: responder, mode: 2, timeout: 60s}
            finally: {ask: shiftLeader, mode: all, timeout: 60s}
      - id: task
        tracks:
          - id: people
            start: now
            task: visit
            steps:
              - {ask: carers, mode: oneByOne, timeout: 90s}
            finally: {ask: shiftLeader, mode: all, timeout: 5m}
    tests:
      - name: a press
        given:
          - {kind: panic}
        expect: {class: life, policy: life, alert: true}

    """

  /// The file with one more test; `body` is indented by six blanks.
  static func with(_ body: String) -> String { rules + "  - name: more\n" + body + "\n" }

  /// What is wrong with the file, one line a problem without the file's name.
  static func problems(_ text: String) -> [String] {
    do throws(RuleFileRefusal) {
      _ = try RuleFiles.parse(text: text, name: "f")
      return []
    } catch {
      return error.problems.map { String($0.description.dropFirst("f:".count)) }
    }
  }
}
