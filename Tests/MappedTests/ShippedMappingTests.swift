import CareModel
import FeedSession
import Foundation
import Mapped
import Testing

@Suite("Mappings that ship")
struct ShippedMappingTests {
  @Test("all are read, the same however plain scalars come", arguments: ShippedMapping.names)
  func read(name: String) throws {
    let found = try ShippedMapping.document(name, .typed)
    #expect(try ShippedMapping.document(name, .text) == found)
  }

  @Test("no file is forgotten")
  func complete() throws {
    let folder = try Folders.package().appendingPathComponent("deploy/mappings")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(files.sorted() == ShippedMapping.names.map { $0 + ".yaml" })
  }

  private func signals(_ name: String, _ body: String, query: String = "") throws -> [Signal] {
    let request = PushRequest(query: query, body: Array(body.utf8))
    guard case .signals(let signals) = try ShippedMapping.push(name).decode(request) else {
      Issue.record("refused")
      return []
    }
    return signals
  }

  @Test(
    "CTWing",
    arguments: [
      (
        #"{"messageType":"deviceOnlineOfflineReport","deviceId":"d","eventType":1,"timestamp":1619523767263}"#,
        SignalKind.lineRestored
      ),
      (
        #"{"messageType":"deviceOnlineOfflineReport","deviceId":"d","eventType":0,"timestamp":1619523767263}"#,
        .lineLost
      ),
      (#"{"messageType":"eventReport","deviceId":"d","eventType":2,"eventContent":{"sos_state":1}}"#, .panic),
      (#"{"messageType":"eventReport","deviceId":"d","eventType":3,"eventContent":{}}"#, .deviceFault),
      (#"{"messageType":"eventReport","deviceId":"d","eventType":2,"eventContent":{"new":1}}"#, .unknown),
      (#"{"messageType":"dataReport","deviceId":"d","payload":{"APPdata":"AQI="}}"#, .unknown),
      (#"{"messageType":"commandResponse","deviceId":"d","result":{"resultCode":"TIMEOUT"}}"#, .unknown),
    ])
  func ctwing(body: String, kind: SignalKind) throws {
    let found = try signals("ctwing", body, query: "token=tok-1")
    #expect(found.map(\.kind) == [kind] && found.map(\.source.serial) == ["d"])
    #expect(found.first?.oddities == (kind == .unknown ? [.unknownKind] : []))
    let push = try ShippedMapping.push("ctwing")
    #expect(push.decode(PushRequest(body: Array(body.utf8), isLoopback: true)) == .refusal(.notAuthenticated))
    #expect(push.encode(outcomes: [.accepted]).status == 200 && push.encode(outcomes: [.unavailable]).status == 503)
  }

  @Test("OneNET: the handshake, one message, a list, text, and what is encrypted")
  func oneNET() throws {
    let push = try ShippedMapping.push("onenet")
    let query = "msg=hello&nonce=8eoG0x&signature=w1qreNL6nfYvFtWp%2BqU3Bg%3D%3D"
    guard case .handshake(let answer) = push.decode(PushRequest(method: .get, query: query)) else {
      Issue.record("no handshake")
      return
    }
    #expect(answer.body == Array("hello".utf8))
    let offline = try signals("onenet", OneNETSample.offline)
    #expect(offline.map(\.kind) == [.lineLost] && offline.map(\.source.serial) == ["2016617"])
    #expect(offline.first?.occurredAt == (try moment("2016-06-17T03:21:46.841Z")))
    let press = try signals("onenet", OneNETSample.press)
    #expect(press.map(\.kind) == [.panic] && press.first?.oddities == [])
    #expect(press.first?.repeatID?.hasPrefix("7|1466133706841|") == true)
    let encrypted = try signals(
      "onenet", #"{"enc_msg":"c2VjcmV0","msg_signature":"Eg0DF+lHxAFNaerG0CRiyA==","nonce":"8eoG0x"}"#)
    #expect(encrypted.map(\.kind) == [.unknown] && encrypted.map(\.oddities) == [[.missingField]])
  }

  private func press(_ frame: String) -> String {
    #"{"messageType":"dataReport","deviceId":"d","timestamp":1619523767263,"payload":{"APPdata":"\#(frame)"}}"#
  }

  @Test("the SOS button's binary")
  func sosButton() throws {
    // 55AA 01 01 57 FFDD 860803030676429F 261123100005 0102
    let found = try signals("sos-button-example", press("VaoBAVf/3YYIAwMGdkKfJhEjEAAFAQI="), query: "token=tok-1")
    #expect(found.map(\.kind) == [.panic, .batteryLow] && found.map(\.batteryPercent) == [87, 87])
    #expect(found.first?.occurredAt == (try moment("2026-11-23T02:00:05Z")))
    #expect(found.last?.occurredAt == (try moment("2021-04-27T11:42:47.263Z")))
    #expect(Set(found.map(\.repeatKey)).count == 2 && found.allSatisfy { $0.oddities == [] })
    let short = try signals("sos-button-example", press("VaoBAVc="), query: "token=tok-1")
    #expect(short.map(\.kind) == [.panic, .batteryLow] && short.first?.oddities == [.missingField])
    let other = try signals("sos-button-example", press("AAECAw=="), query: "token=tok-1")
    #expect(other.map(\.kind) == [.unknown])
  }

  @Test("the platform's table of admissions, given twice")
  func admissions() throws {
    guard case .table(let mapping) = try ShippedMapping.document("admissions-csv-example") else {
      Issue.record("no table")
      return
    }
    func table(_ exportedAt: String) -> [UInt8] {
      Array(
        """
        \u{FEFF}序号,机构代码,住院号,身份证号,医保号,病案号,姓名,出生日期,就诊类型,科室,病区,床号,入院时间,出院时间,离院方式,导出时间\r
        1,320500001,ZY001,320501194001011234,,B1,张三,1940-01-01,住院,心内科,三病区,12,2026-11-23 10:00,,,\(exportedAt)\r
        2,320500002,ZY002,320501194001011235,,B2,"李,四",1938/5/6,留观,,,,2026-11-20 08:00,2026-11-23 09:00,医嘱离院,\
        \(exportedAt)\r

        """.utf8)
    }
    let first = MappedTable.decode(table("10:00"), mapping: mapping)
    let signals = first.flatMap(\.signals)
    #expect(signals.map(\.kind) == [.admit, .admit, .discharge] && signals.allSatisfy { $0.oddities == [] })
    #expect(signals.map(\.hospital?.hospitalCode) == ["SZ01", "SZ02", "SZ02"])
    #expect(signals.map(\.hospital?.patient.name) == ["张三", "李,四", "李,四"])
    let second = MappedTable.decode(table("11:00"), mapping: mapping).flatMap(\.signals)
    #expect(second.map(\.repeatKey) == signals.map(\.repeatKey) && Set(signals.map(\.repeatKey)).count == 3)
  }
}
