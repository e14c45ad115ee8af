import JSONText

/// Checks an answer against the document's schema: types, required members, words, and no member that is not listed.
struct SchemaChecker {
  let document: JSONValue

  func faults(_ value: JSONValue, path: String, method: String) -> [String] {
    let operation = document["paths"]?[path]?[method]
    guard let schema = operation?["responses"]?["200"]?["content"]?["application/json"]?["schema"] else {
      return ["\(path) has no answer"]
    }
    return faults(value, schema, at: path)
  }

  private func faults(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    if let reference = schema["$ref"]?.string?.split(separator: "/").last {
      guard let target = document["components"]?["schemas"]?[String(reference)] else {
        return ["\(place): no schema \(reference)"]
      }
      return faults(value, target, at: place)
    }
    switch schema["type"]?.string {
    case "object": return objectFaults(value, schema, at: place)
    case "array":
      guard let elements = value.array, let element = schema["items"] else { return ["\(place): no array"] }
      return elements.enumerated().flatMap { faults($0.element, element, at: "\(place)[\($0.offset)]") }
    case "string":
      guard let text = value.string else { return ["\(place): no text"] }
      let words = schema["enum"]?.array?.compactMap(\.string)
      return words?.contains(text) == false ? ["\(place): not a word"] : []
    case "integer": return value.int == nil ? ["\(place): no integer"] : []
    case "number": return value.double == nil ? ["\(place): no number"] : []
    case "boolean": return value.bool == nil ? ["\(place): no boolean"] : []
    default: return []
    }
  }

  private func objectFaults(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    guard let members = value.object, let properties = schema["properties"] else { return ["\(place): no object"] }
    var found: [String] = []
    for member in members {
      guard let property = properties[member.key] else {
        found.append("\(place).\(member.key): not in the document")
        continue
      }
      found += faults(member.value, property, at: "\(place).\(member.key)")
    }
    for required in schema["required"]?.array?.compactMap(\.string) ?? [] where value[required] == nil {
      found.append("\(place).\(required): missing")
    }
    return found
  }
}
