import Crypto
import HTTPTypes

/// The pages: one for the desk, one for a phone; all of it is in the binary.
struct PageRoutes: Sendable {
  let language: ConsoleSettings.Language

  /// What is served under `/assets/`.
  static let assets: [(name: String, type: String, bytes: [UInt8])] = [
    ("base.css", "text/css; charset=utf-8", PackageResources.base_css),
    ("desk.css", "text/css; charset=utf-8", PackageResources.desk_css),
    ("card.css", "text/css; charset=utf-8", PackageResources.card_css),
    ("staff.css", "text/css; charset=utf-8", PackageResources.staff_css),
    ("bell.svg", "image/svg+xml", PackageResources.bell_svg),
    script("api.js", PackageResources.api_js), script("card.js", PackageResources.card_js),
    script("catalogue.js", PackageResources.catalogue_js), script("desk.js", PackageResources.desk_js),
    script("dialogs.js", PackageResources.dialogs_js), script("dom.js", PackageResources.dom_js),
    script("queue.js", PackageResources.queue_js), script("signin.js", PackageResources.signin_js),
    script("sound.js", PackageResources.sound_js), script("staff.js", PackageResources.staff_js),
    script("store.js", PackageResources.store_js), script("stream.js", PackageResources.stream_js),
    script("suspensions.js", PackageResources.suspensions_js),
    script("timeline.js", PackageResources.timeline_js), script("work.js", PackageResources.work_js),
  ]

  var routes: [Route] {
    let pages = [page("/", PackageResources.index_html), page("/staff", PackageResources.staff_html)]
    return pages + Self.assets.map { file("/assets/" + $0.name, $0.type, $0.bytes) }
  }

  private static func script(_ name: String, _ bytes: [UInt8]) -> (name: String, type: String, bytes: [UInt8]) {
    (name, "text/javascript; charset=utf-8", bytes)
  }

  /// A page, told the language to start in.
  private func page(_ path: String, _ bytes: [UInt8]) -> Route {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "{language}", omittingEmptySubsequences: false)
    return file(path, "text/html; charset=utf-8", Array(parts.joined(separator: language.rawValue).utf8))
  }

  /// A file; a browser that has it already is told so.
  private func file(_ path: String, _ type: String, _ bytes: [UInt8]) -> Route {
    let tag = "\"" + SHA256.hash(data: bytes).prefix(12).map { String($0, radix: 16) }.joined(separator: "-") + "\""
    let headers: HTTPFields = [.contentType: type, .eTag: tag, .cacheControl: "no-cache"]
    return .get(path, nil, nil) { request async throws(Problem) in
      request.headers[.ifNoneMatch] == tag
        ? APIResponse(status: 304, headers: headers) : APIResponse(status: 200, headers: headers, body: .bytes(bytes))
    }
  }
}
