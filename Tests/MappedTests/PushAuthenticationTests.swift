import CareModel
import Mapped
import Testing

/// The expected signatures were computed with another program.
@Suite("Who pushes")
struct PushAuthenticationTests {
  private let body = Array(#"{"device":"S1","kind":1}"#.utf8)

  private func decode(
    _ authentication: String, _ request: PushRequest, secrets: [String] = ["key-1"], keys: String = ""
  ) throws -> MappedPush.Decoded {
    let mapping = try pushMapping(keys, authentication: authentication)
    return MappedPush(mapping: mapping, secrets: secrets.map { Array($0.utf8) }).decode(request)
  }

  private func isAccepted(
    _ authentication: String, _ request: PushRequest, secrets: [String] = ["key-1"]
  ) throws -> Bool {
    switch try decode(authentication, request, secrets: secrets) {
    case .signals(let signals): return signals.count == 1
    case .refusal(let refusal):
      #expect(refusal == .notAuthenticated || refusal == .notLoopback)
      return false
    case .handshake: return false
    }
  }

  @Test(
    "a bearer token",
    arguments: [
      ("Bearer key-1", true), ("bearer  key-1 ", true), ("BEARER key-1", true), ("Bearer key-2", false),
      ("Bearer key-", false), ("Bearer key-11", false), ("Bearer ", false), ("Bearer", false), ("key-1", false),
      ("Basic key-1", false), ("", false),
    ])
  func bearer(value: String, isAccepted: Bool) throws {
    let request = PushRequest(headers: [("authorization", value)], body: body)
    #expect(try self.isAccepted(#"{"kind":"bearer"}"#, request) == isAccepted)
  }

  @Test("no header, two headers, no secret, an empty secret, a second secret")
  func secrets() throws {
    let kind = #"{"kind":"bearer"}"#
    let good = ("Authorization", "Bearer key-1")
    #expect(try !isAccepted(kind, PushRequest(body: body, isLoopback: true)))
    #expect(try !isAccepted(kind, PushRequest(headers: [good, good], body: body)))
    #expect(try !isAccepted(kind, PushRequest(headers: [good], body: body), secrets: []))
    #expect(try !isAccepted(kind, PushRequest(headers: [("Authorization", "Bearer ")], body: body), secrets: [""]))
    #expect(try isAccepted(kind, PushRequest(headers: [good], body: body), secrets: ["old", "key-1"]))
    let others = (0..<MappedLimits.maximumSecrets).map { "other-\($0)" }
    #expect(try isAccepted(kind, PushRequest(headers: [good], body: body), secrets: others.dropLast() + ["key-1"]))
    #expect(try !isAccepted(kind, PushRequest(headers: [good], body: body), secrets: others + ["key-1"]))
  }

  @Test(
    "a parameter of the address",
    arguments: [
      ("token=key-1", true), ("a=b&token=key-1&c", true), ("token=key%2D1", true), ("%74oken=key-1", true),
      ("token=key-2", false), ("token=", false), ("token", false), ("token=key-1&token=key-1", false), ("", false),
      ("Token=key-1", false), ("token=key-1%", false), ("token=%", false), ("token=%zz", false),
    ])
  func query(query: String, isAccepted: Bool) throws {
    let request = PushRequest(query: query, body: body)
    #expect(try self.isAccepted(#"{"kind":"query","name":"token"}"#, request) == isAccepted)
  }

  @Test("a query at its bound, and one past it")
  func queryBound() throws {
    func request(_ count: Int) -> PushRequest {
      PushRequest(query: "token=key-1&" + String(repeating: "x", count: count - 12), body: body)
    }
    let kind = #"{"kind":"query","name":"token"}"#
    #expect(try isAccepted(kind, request(MappedLimits.maximumQueryBytes)))
    #expect(try !isAccepted(kind, request(MappedLimits.maximumQueryBytes + 1)))
  }

  private static let digest = "1a7b3807b8bbaeaa760d59d77fce5a2845a0e1dc00db0157077ad10e4f36da48"

  @Test(
    "HMAC-SHA256 of the body",
    arguments: [
      ("hex", "", digest, true), ("hex", "", digest.uppercased(), true), ("hex", "sha256=", "sha256=" + digest, true),
      ("hex", "sha256=", digest, false), ("base64", "", "Gns4B7i7rqp2DVnXf85aKEWg4dwA2wFXB3rRDk822kg=", true),
      ("base64", "", "Gns4B7i7rqp2DVnXf85aKEWg4dwA2wFXB3rRDk822kh=", true),
      ("base64", "", "Hns4B7i7rqp2DVnXf85aKEWg4dwA2wFXB3rRDk822kg=", false),
      ("hex", "", String(digest.dropLast(2)), false),
      ("hex", "", digest + "00", false), ("hex", "", "", false), ("hex", "", "no", false),
    ])
  func signedBody(encoding: String, prefix: String, header: String, isAccepted: Bool) throws {
    let more = prefix.isEmpty ? "" : #","prefix":"\#(prefix)""#
    let kind = #"{"kind":"hmacSHA256","header":"X-Signature","encoding":"\#(encoding)"\#(more)}"#
    let request = PushRequest(headers: [("x-signature", header)], body: body)
    #expect(try self.isAccepted(kind, request) == isAccepted)
    #expect(try !self.isAccepted(kind, PushRequest(headers: [("x-signature", header)], body: body + [0x20])))
  }

  @Test(
    "OneNET's signature over token, nonce and message",
    arguments: [
      (OneNETSample.offline, true),
      (OneNETSample.press, true),
      (#"{"enc_msg":"c2VjcmV0","msg_signature":"Eg0DF+lHxAFNaerG0CRiyA==","nonce":"8eoG0x"}"#, true),
      (#"{"msg":"hello","msg_signature":"w1qreNL6nfYvFtWp+qU3Bg==","nonce":"8eoG0x"}"#, true),
      (#"{"msg":"hello","msg_signature":"w1qreNL6nfYvFtWp+qU3Bg=","nonce":"8eoG0x"}"#, false),
      (#"{"msg":"hellO","msg_signature":"w1qreNL6nfYvFtWp+qU3Bg==","nonce":"8eoG0x"}"#, false),
      (#"{"msg":"hello","msg_signature":"w1qreNL6nfYvFtWp+qU3Bg==","nonce":"8eoG0y"}"#, false),
      (#"{"msg":"hello","nonce":"8eoG0x"}"#, false),
      (#"{"msg":"hello","msg_signature":"w1qreNL6nfYvFtWp+qU3Bg=="}"#, false),
      (#"{"msg_signature":"w1qreNL6nfYvFtWp+qU3Bg==","nonce":"8eoG0x"}"#, false),
      (#"{"msg":"hello","msg_signature":5,"nonce":"8eoG0x"}"#, false), ("[]", false), ("{", false), ("", false),
    ])
  func oneNET(body: String, isAccepted: Bool) throws {
    let kind = #"{"kind":"oneNET","message":["msg","enc_msg"]}"#
    let request = PushRequest(body: Array(body.utf8))
    #expect(try self.isAccepted(kind, request, secrets: ["tok-1"]) == isAccepted)
    #expect(try !self.isAccepted(kind, request, secrets: ["tok-2"]))
  }

  @Test("no authentication: from this machine only")
  func loopback() throws {
    let kind = #"{"kind":"loopback"}"#
    #expect(try isAccepted(kind, PushRequest(body: body, isLoopback: true), secrets: []))
    #expect(try decode(kind, PushRequest(body: body)) == .refusal(.notLoopback))
  }

  @Test(
    "the verification of our address",
    arguments: [
      ("msg=hello&nonce=8eoG0x&signature=w1qreNL6nfYvFtWp%2BqU3Bg%3D%3D", "hello"),
      ("msg=hello&nonce=8eoG0x&signature=w1qreNL6nfYvFtWp+qU3Bg==", "hello"),
      ("signature=ed6PEyLdrPZBF/+tj+hE4g==&nonce=8eoG0x&msg=m6", "m6"),
      ("msg=a+b%2B2&nonce=8eoG0x&signature=s57d8KUfxEipPsr2NW7%2BcA==", "a b+2"),
      ("msg=a%20b+2&nonce=8eoG0x&signature=s57d8KUfxEipPsr2NW7+cA==", "a b+2"),
      ("msg=hello&nonce=8eoG0x&signature=x", nil), ("msg=hello&nonce=8eoG0x", nil), ("", nil),
      ("msg=hellO&nonce=8eoG0x&signature=w1qreNL6nfYvFtWp+qU3Bg==", nil),
      ("msg=hello&msg=hello&nonce=8eoG0x&signature=w1qreNL6nfYvFtWp+qU3Bg==", nil),
    ] as [(String, String?)])
  func handshake(query: String, message: String?) throws {
    let kind = #"{"kind":"oneNET"}"#
    let request = PushRequest(method: .get, query: query)
    let decoded = try decode(kind, request, secrets: ["tok-1"], keys: #""verification":\#(kind)"#)
    guard let message else {
      #expect(decoded == .refusal(.notVerified))
      return
    }
    guard case .handshake(let answer) = decoded else {
      Issue.record("no handshake")
      return
    }
    #expect(answer.status == 200 && answer.body == Array(message.utf8))
    #expect(answer.contentType == "text/plain; charset=utf-8")
    #expect(try decode(kind, request, secrets: ["tok-2"], keys: #""verification":\#(kind)"#) == .refusal(.notVerified))
    #expect(try decode(kind, request, secrets: ["tok-1"]) == .refusal(.methodNotAllowed))
  }

  @Test("methods and sizes")
  func methodsAndSizes() throws {
    let kind = #"{"kind":"loopback"}"#
    #expect(try decode(kind, PushRequest(method: .other, isLoopback: true)) == .refusal(.methodNotAllowed))
    #expect(try decode(kind, PushRequest(method: .get, isLoopback: true)) == .refusal(.methodNotAllowed))
    func largest(_ count: Int) -> PushRequest {
      PushRequest(body: Array(repeating: UInt8(ascii: "1"), count: count), isLoopback: true)
    }
    guard case .signals(let signals) = try decode(kind, largest(MappedLimits.maximumBodyBytes)) else {
      Issue.record("refused at the bound")
      return
    }
    #expect(signals.map(\.kind) == [.unknown])
    #expect(try decode(kind, largest(MappedLimits.maximumBodyBytes + 1)) == .refusal(.tooLarge))
  }
}
