/// Admission messages of the sample city's residents, in MLLP frames.
package struct ADTMessage: Sendable {
  /// The triggers that follow one another for each patient: admitted, changed, discharged.
  package static let triggers = ["A01", "A08", "A03"]

  private let hospital: String
  private let run: String
  private let time: String

  /// Messages of one run.
  ///
  /// - Parameters:
  ///   - hospital: the code of the sending hospital.
  ///   - run: the beginning of all control ids and visit numbers.
  ///   - time: the moment of all messages as HL7 writes it.
  package init(hospital: String, run: String, time: String) {
    self.hospital = hospital
    self.run = run
    self.time = time
  }

  /// A message of a visit of the first resident of home `home`.
  package func append(to bytes: inout [UInt8], trigger: Int, visit: Int, home: Int) {
    let name = Self.triggers[trigger % Self.triggers.count]
    // PV1-44 is the time of admission, PV1-45 that of discharge.
    let times = name == "A03" ? "||\(time)" : "|\(time)|"
    bytes.append(0x0B)
    bytes.append(
      contentsOf: """
        MSH|^~\\&|HIS|\(hospital)|SILVERBELL|CENTRE|\(time)||ADT^\(name)|\(run)M\(visit)\(name)|P|2.5.1|||||CHN\
        |UNICODE UTF-8\rEVN|\(name)|\(time)\rPID|1||MR\(100_000 + home * 2)^^^\(hospital)^MR||\r\
        PV1||I|心内科^0312^05\(Self.toVisit)\(run)V\(visit)\(Self.toTimes)\(times)\r
        """.utf8)
    bytes.append(0x1C)
    bytes.append(0x0D)
  }

  /// From PV1-3 to PV1-19, and from there to PV1-43.
  private static let toVisit = String(repeating: "|", count: 16)
  private static let toTimes = String(repeating: "|", count: 24)
}
