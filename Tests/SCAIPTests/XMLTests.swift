import CareModel
import FeedConformance
import FeedSession
import Testing

import SCAIP

@Suite("SCAIP documents")
struct XMLTests {
  private func fields(_ document: String) -> [String]? {
    var scanner = XMLScanner(Array(document.utf8))
    guard (try? scanner.scan()) != nil else { return nil }
    return scanner.fields.map { "\($0.name)=\($0.text)" }
  }

  private func problem(_ document: String) -> XMLScanner.Problem? {
    var scanner = XMLScanner(Array(document.utf8))
    do throws(XMLScanner.Problem) { try scanner.scan() } catch { return error }
    return nil
  }

  @Test(
    "what is read",
    arguments: [
      ("<mrq/>", []), ("<mrq></mrq >", []), (" \n<mrq><a> x\t</a><b/></mrq>\n<!-- end --> ", ["a=x", "b="]),
      ("<?xml version='1.0'?><!-- <a> --><mrq><a>1<!-- & < -->2</a></mrq>", ["a=12"]),
      ("<mrq><a><![CDATA[<&>]]]]></a></mrq>", ["a=<&>]]"]),
      ("<mrq><a>&lt;&#65;&#x4e2d;&amp;amp;</a></mrq>", ["a=<A中&amp;"]),
      ("<s:mrq xmlns:s=\"u>\"><s:a k='&x;'\n l = \"/>\">1</s:a></s:mrq>", ["a=1"]),
      ("<mrq><lge>x<tim>9</tim>y</lge><?pi <a> ?><a>1</a></mrq>", ["lge=xy", "a=1"]),
      ("<mrq><a>1</a><a>2</a></mrq>", ["a=1", "a=2"]),
    ] as [(String, [String])])
  func good(document: String, expected: [String]) {
    #expect(fields(document) == expected)
  }

  @Test(
    "what is refused",
    arguments: [
      ("", .malformed), ("text", .malformed), ("<mrq>", .malformed), ("<mrq></mrs>", .malformed),
      ("</mrq>", .malformed),
      ("<mrq/><mrq/>", .malformed), ("<mrq/>x", .malformed), ("x<mrq/>", .malformed), ("<>", .malformed),
      ("<1/>", .malformed),
      ("< mrq/>", .malformed), ("<mrq a/>", .malformed), ("<mrq a=1/>", .malformed), ("<mrq a='<'/>", .malformed),
      ("<mrq a='1'b='2'/>", .malformed), ("<mrq", .malformed), ("<mrq a='", .malformed), ("<mrq/ >", .malformed),
      ("<mrq><!-- </mrq>", .malformed), ("<mrq><![CDATA[</mrq>", .malformed), ("<![CDATA[x]]><mrq/>", .malformed),
      ("<mrq>&#0;</mrq>", .malformed), ("<mrq>&#xD800;</mrq>", .malformed), ("<mrq>&#x110000;</mrq>", .malformed),
      ("<mrq>&#;</mrq>", .malformed), ("<mrq>&#+5;</mrq>", .malformed), ("<mrq>\u{1}</mrq>", .malformed),
      ("<mrq>\0</mrq>", .malformed),
      ("<mrq>&x;</mrq>", .unknownEntity), ("<mrq>& </mrq>", .unknownEntity), ("<mrq>&amp</mrq>", .unknownEntity),
      ("<!DOCTYPE mrq><mrq/>", .documentType), ("<mrq><!ENTITY a 'b'></mrq>", .documentType), ("<?xml", .malformed),
      ("<!DOCTYPE mrq SYSTEM 'file:///etc/passwd'><mrq/>", .documentType), ("<!doctype a>", .documentType),
    ] as [(String, XMLScanner.Problem)])
  func bad(document: String, expected: XMLScanner.Problem) {
    #expect(problem(document) == expected)
  }

  @Test("depth and number of elements are bounded", arguments: [0, 1])
  func bounds(excess: Int) {
    let depth = XMLScanner.maximumDepth + excess
    let deep = String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    #expect(problem(deep) == (excess == 0 ? nil : .tooDeep))
    let wide = "<mrq>" + String(repeating: "<a/>", count: XMLScanner.maximumElements - 1 + excess) + "</mrq>"
    #expect(problem(wide) == (excess == 0 ? nil : .tooManyElements))
    let long = String(repeating: "x", count: XMLScanner.maximumTextBytes + excess)
    #expect(fields("<mrq><a>\(long)</a></mrq>") == ["a=" + String(long.dropLast(excess))])
  }

  @Test(
    "hostile documents are refused with snu 2 and delivered whole",
    arguments: [
      "<?xml version=\"1.0\"?><!DOCTYPE mrq [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><mrq><cid>&x;</cid></mrq>",
      "<!DOCTYPE m [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><mrq><ref>b2</ref><cid>100</cid><lte>&b;</lte></mrq>",
      "<mrq><ref>b3</ref><cid>100</cid><dty>3</dty><lte>&lol;</lte></mrq>",
      String(repeating: "<a>", count: 20_000), String(repeating: "<", count: 60_000),
      String(repeating: "&", count: 60_000),
      "<mrq>" + String(repeating: "<!--", count: 10_000), "<mrq>" + String(repeating: "<a x='1' ", count: 5000),
      String(repeating: "<?x ", count: 15_000), "<mrq><![CDATA[" + String(repeating: "]]", count: 20_000),
    ])
  func hostile(document: String) {
    var driver = Samples.driver(.tcp)
    let bytes = Samples.request(body: document)
    driver.handle(.bytes(bytes))
    #expect(driver.statusNumbers == ["2"] && driver.closed == nil)
    #expect(driver.signals.map(\.kind) == [.unknown] && driver.signals.first?.raw == bytes)
    #expect(driver.signals.first?.oddities == [.notText])
  }

  @Test(
    "character sets: text is kept, an alarm is never refused for its letters",
    arguments: [
      ("", [0xE5, 0x8D, 0xA7] as [UInt8], "卧", []), ("\u{FEFF}", [0xE5, 0x8D, 0xA7], "卧", []),
      ("<?xml version=\"1.0\" encoding='GB2312'?>", [0xCE, 0xD4], "卧", []),
      ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", [0xE5], "å", []),
      ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", [0xE5], "å", [.notText]),
      ("<?xml version=\"1.0\" encoding=\"KOI8-R\"?>", [0x61], "a", []),
      ("<?xml version=\"1.0\" encoding=\"KOI8-R\"?>", [0xC1], "Á", [.notText]),
      ("<?xml encoding?>", [0x61], "a", []),
    ] as [(String, [UInt8], String, [SignalOddity])])
  func characterSets(prolog: String, place: [UInt8], zone: String, oddities: [SignalOddity]) {
    let parts = Samples.document("<lte>|</lte>").split(separator: "|").map { Array($0.utf8) }
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Samples.request(bytes: Array(prolog.utf8) + parts[0] + place + parts[1] + [0])))
    #expect(driver.statusNumbers == ["0"] && driver.signals.first?.kind == .panic)
    #expect(driver.signals.first?.zone == zone && driver.signals.first?.oddities == oddities)
  }

  @Test("UTF-16 with its mark is read, without it refused", arguments: [true, false])
  func utf16(isMarked: Bool) {
    let text = (isMarked ? "\u{FEFF}" : "") + Samples.document("<lte>卧室</lte>")
    var driver = Samples.driver(.udp)
    driver.handle(.bytes(Samples.request(bytes: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })))
    #expect(driver.statusNumbers == [isMarked ? "0" : "2"] && driver.signals.first?.zone == (isMarked ? "卧室" : nil))
  }

  @Test("the charset of the media type counts where the document says none")
  func charset() {
    var driver = Samples.driver(.udp)
    let body = Array(Samples.document("<lte>").utf8.dropLast(6)) + [0xCE, 0xD4] + Array("</lte></mrq>".utf8)
    driver.handle(.bytes(Samples.request(type: "text/plain; charset=\"GBK\"", bytes: body)))
    #expect(driver.signals.first?.zone == "卧")
  }
}
