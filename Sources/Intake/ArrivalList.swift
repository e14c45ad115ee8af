/// Elements in the order in which they came; any of them can be taken out at once, by its place.
///
/// Room that was used once is kept: its size is that of the most elements there ever were.
package struct ArrivalList<Element> {
  /// Where an element stands, until it is taken out.
  package struct Place: Equatable, Sendable {
    fileprivate let index: Int32
  }

  private struct Node {
    var element: Element?
    var older: Int32
    var newer: Int32
  }

  private static var none: Int32 { -1 }

  private var nodes: [Node] = []
  private var first = Self.none
  private var last = Self.none
  private var free = Self.none
  /// An empty list.
  package init() {}

  /// How many elements there are.
  package private(set) var count = 0

  /// The element that came first.
  package var oldest: Element? { first == Self.none ? nil : nodes[Int(first)].element }

  /// Puts an element behind all others.
  package mutating func append(_ element: Element) -> Place {
    let node = Node(element: element, older: last, newer: Self.none)
    let index: Int32
    if free == Self.none {
      index = Int32(nodes.count)
      nodes.append(node)
    } else {
      index = free
      free = nodes[Int(index)].newer
      nodes[Int(index)] = node
    }
    if last == Self.none { first = index } else { nodes[Int(last)].newer = index }
    last = index
    count += 1
    return Place(index: index)
  }

  /// Takes an element out; its place may be given to another one from then on.
  @discardableResult
  package mutating func remove(_ place: Place) -> Element? {
    let node = nodes[Int(place.index)]
    guard let element = node.element else { return nil }
    if node.older == Self.none { first = node.newer } else { nodes[Int(node.older)].newer = node.newer }
    if node.newer == Self.none { last = node.older } else { nodes[Int(node.newer)].older = node.older }
    nodes[Int(place.index)] = Node(element: nil, older: Self.none, newer: free)
    free = place.index
    count -= 1
    return element
  }

  /// Takes the element out that came first.
  package mutating func removeOldest() -> Element? { first == Self.none ? nil : remove(Place(index: first)) }
}
