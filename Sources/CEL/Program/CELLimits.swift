/// The bounds of one environment. Every one is checked; an overrun is an error.
package struct CELLimits: Sendable {
    /// Bytes of one expression.
    package var maxSourceBytes = 65_536
    /// Nested parentheses, brackets, calls and conditionals.
    package var maxNesting = 64
    /// Depth of the syntax tree, which also counts chains such as `a + b + c` and `a.b.c`.
    package var maxDepth = 128
    /// Nodes of the syntax tree.
    package var maxNodes = 10_000
    /// Cost units of one evaluation: about one per operation and per 8 bytes or element handled.
    package var maxRunCost: UInt64 = 1_000_000
    /// Estimated cost above which an expression is refused; nil refuses none.
    package var maxEstimatedCost: UInt64?
    /// The size assumed by the estimate where none is declared (scalars, elements).
    package var defaultMaxSize = 100

    /// The defaults named above.
    package static let standard = CELLimits()

    /// The defaults, to be changed one by one.
    package init() {}
}
