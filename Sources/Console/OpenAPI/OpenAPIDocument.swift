import EngineHost
import HTTPTypes
import JSONText

/// The OpenAPI 3.1 document, made from the very routes that are served.
enum OpenAPIDocument {
  static func json(of routes: [Route]) -> [UInt8] {
    var writer = JSONWriter(capacity: 65_536)
    writer.object { document in
      document.member("openapi", "3.1.0")
      document.objectMember("info") { info in
        info.member("title", "Silverbell")
        info.member("version", "1")
      }
      document.objectMember("paths") { paths in
        for (path, group) in grouped(routes) {
          paths.objectMember(text: path) { item in group.forEach { write($0, &item) } }
        }
      }
      document.objectMember("components") { components in
        components.objectMember("schemas") { schemas in
          for (name, schema) in BodySchemas.all + AnswerSchemas.all + SuspensionSchemas.all
            + RuleSchemas.all + RegisterSchemas.all {
            schemas.key(text: name)
            schema.write(to: &schemas)
          }
        }
        components.objectMember("securitySchemes", writeSecuritySchemes)
      }
    }
    return writer.bytes
  }

  /// Routes with a description, by path in the order of registration.
  private static func grouped(_ routes: [Route]) -> [(path: String, routes: [Route])] {
    var groups: [(path: String, routes: [Route])] = []
    for route in routes where route.description != nil {
      if let index = groups.firstIndex(where: { $0.path == route.path }) {
        groups[index].routes.append(route)
      } else {
        groups.append((route.path, [route]))
      }
    }
    return groups
  }

  private static func write(_ route: Route, _ item: inout JSONWriter) {
    guard let description = route.description else { return }
    item.objectMember(text: route.method.rawValue.lowercased()) { operation in
      operation.member("operationId", description.operation)
      operation.member("summary", description.summary)
      if let roles = route.roles {
        operation.member("description", "Roles: " + roles.map(\.rawValue).joined(separator: ", ") + ".")
        writeSecurity(to: &operation)
      }
      writeParameters(route, description, to: &operation)
      if let body = description.body {
        operation.objectMember("requestBody") { request in
          request.member("required", route.path.hasPrefix("/api/v1/offers/") ? false : true)
          request.objectMember("content") { writeContent("application/json", body, to: &$0) }
        }
      }
      operation.objectMember("responses") { responses in
        responses.objectMember(text: String(description.status)) { response in
          response.member("description", HTTPResponse.Status(code: description.status).reasonPhrase)
          guard let answer = description.answer else { return }
          response.objectMember("content") { writeContent(description.answerType, answer, to: &$0) }
        }
        responses.objectMember("default") { response in
          response.member("description", "A problem (RFC 9457) with a code.")
          response.objectMember("content") {
            writeContent("application/problem+json", .reference("Problem"), to: &$0)
          }
        }
      }
    }
  }

  private static func writeParameters(
    _ route: Route, _ description: RouteDescription, to operation: inout JSONWriter
  ) {
    let placeholders = route.path.split(separator: "/").filter { $0.hasPrefix("{") }
    var parameters = placeholders.map { text in
      (place: "path", property: Schema.Property(String(text.dropFirst().dropLast()), .string, isRequired: true))
    }
    parameters += description.query.map { ("query", $0) }
    if route.method == .post, route.roles != nil {
      parameters.append(
        ("header", .init("Idempotency-Key", .text(maximumBytes: IdempotencyMemory.maximumKeyBytes))))
    }
    guard !parameters.isEmpty else { return }
    operation.arrayMember("parameters") { array in
      for (place, property) in parameters {
        array.object { parameter in
          parameter.member("name", property.name)
          parameter.member("in", place)
          parameter.member("required", property.isRequired)
          parameter.key("schema")
          property.schema.write(to: &parameter)
        }
      }
    }
  }

  private static func writeContent(_ type: String, _ schema: Schema, to content: inout JSONWriter) {
    content.objectMember(text: type) { media in
      media.key("schema")
      schema.write(to: &media)
    }
  }

  private static func writeSecurity(to operation: inout JSONWriter) {
    operation.arrayMember("security") { array in
      array.object { $0.arrayMember("bearer") { _ in } }
      array.object { $0.arrayMember("session") { _ in } }
    }
  }

  private static func writeSecuritySchemes(to schemes: inout JSONWriter) {
    schemes.objectMember("bearer") { scheme in
      scheme.member("type", "http")
      scheme.member("scheme", "bearer")
    }
    schemes.objectMember("session") { scheme in
      scheme.member("type", "apiKey")
      scheme.member("in", "cookie")
      scheme.member("name", Session.cookieName)
    }
  }
}
