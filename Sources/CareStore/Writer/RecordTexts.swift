import CareJSON
import CareModel
import JSONText

/// The JSON of the alerts and tasks of a group, made once: the record and the entries on the timeline hold the same.
package struct RecordTexts {
  private var alerts: [AlertID: (record: Alert, text: [UInt8])]
  private var tasks: [TaskID: (record: WorkTask, text: [UInt8])]

  /// The texts of these states.
  package init(alerts: [Alert] = [], tasks: [WorkTask] = []) {
    self.alerts = Dictionary(minimumCapacity: alerts.count)
    self.tasks = Dictionary(minimumCapacity: tasks.count)
    for alert in alerts { self.alerts[alert.id] = (alert, alert.recordBytes) }
    for task in tasks { self.tasks[task.id] = (task, task.recordBytes) }
  }

  /// Writes an alert, from its text when this very state has one.
  func write(_ alert: Alert, to writer: inout JSONWriter) {
    if let known = alerts[alert.id], known.record == alert {
      writer.raw(known.text)
    } else {
      writer.value(alert)
    }
  }

  /// Writes a task, from its text when this very state has one.
  func write(_ task: WorkTask, to writer: inout JSONWriter) {
    if let known = tasks[task.id], known.record == task {
      writer.raw(known.text)
    } else {
      writer.value(task)
    }
  }

  /// Writes an entry of the timeline.
  func write(_ event: CareEvent, to writer: inout JSONWriter) {
    writer.beginObject()
    event.writeHead(to: &writer)
    switch event.subject {
    case .alert(let alert):
      writer.key("alert")
      write(alert, to: &writer)
    case .task(let task):
      writer.key("task")
      write(task, to: &writer)
    case .offer, .stay, .reminder, .suspension, .call, .signal: event.writeSubject(to: &writer)
    }
    writer.endObject()
  }
}
