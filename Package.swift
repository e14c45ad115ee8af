// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

let collections = "swift-collections"
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

/// A target whose folder is `Sources/<folder>`; dependencies name targets of this package.
func source(
  _ name: String, _ dependencies: [Target.Dependency] = [], folder: String? = nil, exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(folder ?? name)", exclude: exclude,
    resources: resources, swiftSettings: settings)
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "silverbell",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Pure: no I/O, no clock, no randomness, no concurrency.
    source("CareModel"),
    source("JSONText"),
    source("CEL", exclude: ["README.md"]),
    source("CivilZones"),
    source("AlertRules", ["CareModel", "CEL", "CivilZones"], exclude: ["README.md"]),
    source("Dispatching", ["CareModel"]),
    source(
      "AlertEngine",
      [
        "AlertRules", "CareModel", "Dispatching", .product(name: "DequeModule", package: collections),
        .product(name: "HeapModule", package: collections),
      ]),
    source(
      "RuleTrials",
      ["AlertEngine", "AlertRules", "CareModel", .product(name: "DequeModule", package: collections)],
      exclude: ["README.md"]),
    source("CareJSON", ["CareModel", "JSONText"]),
    source("InputRecords", ["AlertEngine", "CareModel"]),
    source("TextCodecs"),
    source("FeedSession", ["CareModel", "JSONText"], folder: "Feeds/FeedSession"),
    source("MQTT", ["CareModel", "FeedSession"], folder: "Feeds/MQTT"),
    source("HL7", ["CareModel", "FeedSession", "TextCodecs"], folder: "Feeds/HL7"),
    source("DC09", ["CareModel", "FeedSession", crypto, cryptoExtras], folder: "Feeds/DC09"),
    source("FHIR", ["CareModel", "FeedSession", "JSONText"], folder: "Feeds/FHIR"),
    source("SCAIP", ["CareModel", "FeedSession", "TextCodecs"], folder: "Feeds/SCAIP"),
    source("JT808", ["CareModel", "FeedSession"], folder: "Feeds/JT808"),
    source("Watch", ["CareModel", "FeedSession"], folder: "Feeds/Watch"),
    source(
      "Mapped", ["CareModel", "FeedSession", "JSONText", "TextCodecs", crypto], folder: "Feeds/Mapped",
      exclude: ["README.md"]),
    source("HTTPPush", ["CareModel", "FeedSession", "JSONText"], folder: "Feeds/HTTPPush"),
    source("NotificationChannel", ["CareModel"], folder: "Channels/NotificationChannel"),

    // Shell: sockets, files, the database, time.
    .systemLibrary(name: "CLibPQ", path: "Sources/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CTimex", path: "Sources/CTimex"),
    source("PQ", ["CLibPQ"]),
    source(
      "EngineHost",
      [
        "AlertEngine", "AlertRules", "CareJSON", "CareModel", "FeedSession", "NotificationChannel", crypto,
        .product(name: "DequeModule", package: collections), logging, metrics, nioCore, nioPosix,
      ]),
    source("InputLog", exclude: ["README.md"]),
    source("InputJournals", ["AlertEngine", "CareModel", "EngineHost", "InputLog", "InputRecords", logging]),
    source("CareStore", ["AlertEngine", "CareJSON", "CareModel", "EngineHost", "JSONText", "PQ", metrics]),
    source(
      "RuleFiles",
      [
        "AlertRules", "CEL", "CareModel", "CivilZones", "RuleTrials", crypto,
        .product(name: "Yams", package: "Yams"),
      ]),
    source(
      "RuleSets",
      [
        "AlertEngine", "AlertRules", "CareJSON", "CareModel", "EngineHost", "JSONText", "RuleFiles", "RuleTrials",
        logging,
      ]),
    source("TransportSecurity", ["CareModel", nioCore, nioSSL]),
    source(
      "Intake",
      [
        "CareModel", "EngineHost", "FeedSession", "TransportSecurity", lifecycle, logging, metrics, nioCore, nioPosix,
        nioSSL, .product(name: "NIOTLS", package: "swift-nio"),
      ]),
    source(
      "Webhook",
      [
        "CareModel", "NotificationChannel", .product(name: "AsyncHTTPClient", package: "async-http-client"), crypto,
        nioCore, .product(name: "NIOHTTP1", package: "swift-nio"), nioPosix,
      ], folder: "Channels/Webhook"),
    source(
      "ChannelDispatcher",
      ["CareModel", "EngineHost", "NotificationChannel", .product(name: "DequeModule", package: collections), metrics],
      folder: "Channels/ChannelDispatcher"),
    source(
      "Console",
      [
        "AlertEngine", "CareJSON", "CareModel", "EngineHost", "FHIR", "FeedSession", "HTTPPush", "JSONText", "Mapped",
        crypto, .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"), lifecycle, logging, metrics, nioCore,
      ], resources: [.embedInCode("Pages")]),
    source(
      "Operations",
      [
        "JSONText", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"), lifecycle, logging, metrics, nioCore, nioPosix,
      ], exclude: ["README.md"]),
    source(
      "Simulator", ["AlertEngine", "AlertRules", "CareModel", "FeedSession", "HL7", "MQTT"], exclude: ["README.md"]),
    source("DemoCity", ["CareModel", "EngineHost"]),
    source(
      "SilverbellApp",
      [
        "AlertEngine", "AlertRules", "CTimex", "CareModel", "CareStore", "ChannelDispatcher", "Console", "DC09",
        "EngineHost", "FHIR", "FeedSession", "HL7", "InputJournals", "InputLog", "Intake", "JSONText", "JT808", "MQTT",
        "Mapped",
        "NotificationChannel", "Operations", "PQ", "RuleFiles", "RuleSets", "SCAIP", "TransportSecurity", "Watch",
        "Webhook",
        .product(name: "AsyncHTTPClient", package: "async-http-client"), crypto, lifecycle, logging, metrics, nioCore,
        nioPosix, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "silverbell",
      dependencies: [
        "AlertRules", "CareJSON", "CareModel", "CareStore", "DemoCity", "EngineHost", "JSONText", "Operations", "PQ",
        "RuleFiles", "RuleSets", "RuleTrials", "SilverbellApp", "Simulator", "Webhook",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"), lifecycle, logging, nioCore,
        .product(name: "NIOHTTP1", package: "swift-nio"), nioPosix,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ], path: "Sources/silverbell", swiftSettings: settings),
    // The load generator of deploy/bench; no part of the daemon.
    .systemLibrary(name: "CEpoll", path: "Sources/CEpoll"),
    source("LoadGenerator", ["CEpoll", "JSONText"], folder: "silverbell-load/Generator"),
    .executableTarget(
      name: "silverbell-load",
      dependencies: [
        "CareModel", "CareStore", "DemoCity", "EngineHost", "JSONText", "LoadGenerator", "PQ", "SilverbellApp",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Sources/silverbell-load/Command", swiftSettings: settings),

    // The expression language by itself: to try, to measure (deploy/cel-bench) and to attack.
    .target(name: "CMallocCount", path: "Sources/silverbell-cel/MallocCount"),
    .executableTarget(
      name: "silverbell-cel", dependencies: ["AlertRules", "CEL", "CMallocCount", "CareModel", "RuleFiles"],
      path: "Sources/silverbell-cel/Command", swiftSettings: settings),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "FeedConformance", dependencies: ["CareModel", "FeedSession"], path: "Tests/FeedConformance",
      swiftSettings: settings),
    tests("TidyTests", []),
    tests("CareModelTests", ["CareModel"]),
    tests("JSONTextTests", ["JSONText"]),
    tests("CELTests", ["CEL"]),
    tests("CivilZonesTests", ["CivilZones"]),
    tests("AlertRulesTests", ["AlertRules", "CEL", "CareModel"]),
    tests("CareJSONTests", ["CareJSON", "CareModel", "JSONText"]),
    tests("InputRecordsTests", ["AlertEngine", "CareModel", "InputRecords"]),
    tests("InputLogTests", ["InputLog"]),
    tests(
      "InputJournalsTests", ["AlertEngine", "CareModel", "EngineHost", "InputJournals", "InputLog", logging]),
    tests("TextCodecsTests", ["TextCodecs"]),
    tests("FeedSessionTests", ["CareModel", "FeedSession"]),
    tests("MQTTTests", ["CareModel", "FeedConformance", "FeedSession", "JSONText", "MQTT"]),
    tests("HL7Tests", ["CareModel", "FeedConformance", "FeedSession", "HL7", "JSONText", "TextCodecs"]),
    tests("DC09Tests", ["CareModel", "DC09", "FeedConformance", "FeedSession", "JSONText"]),
    tests("FHIRTests", ["CareModel", "FHIR", "FeedConformance", "FeedSession", "HL7", "JSONText"]),
    tests("SCAIPTests", ["CareModel", "FeedConformance", "FeedSession", "JSONText", "SCAIP"]),
    tests("JT808Tests", ["CareModel", "FeedConformance", "FeedSession", "JSONText", "JT808"]),
    tests("WatchTests", ["CareModel", "FeedConformance", "FeedSession", "JSONText", "Watch"]),
    tests(
      "MappedTests",
      [
        "CareModel", "FeedSession", "JSONText", "Mapped", "TextCodecs", .product(name: "Yams", package: "Yams"),
      ]),
    tests("HTTPPushTests", ["CareModel", "FeedSession", "HTTPPush", "JSONText"]),
    tests("LoadTests", ["CareModel", "FeedSession", "JSONText", "LoadGenerator", "MQTT"]),
    tests("PQTests", ["PQ", "TestSupport"]),
    tests("DispatchingTests", ["CareModel", "Dispatching"]),
    tests("AlertEngineTests", ["AlertEngine", "AlertRules", "CareModel", "Dispatching", "RuleFiles", "Simulator"]),
    tests("SimulatorTests", ["AlertEngine", "AlertRules", "CareModel", "RuleFiles", "Simulator"]),
    tests(
      "RuleSetsTests",
      [
        "AlertEngine", "AlertRules", "CareModel", "CareStore", "EngineHost", "JSONText", "PQ", "RuleFiles", "RuleSets",
        "RuleTrials", "TestSupport", logging,
      ]),
    tests("RuleTrialsTests", ["AlertEngine", "AlertRules", "CareModel", "RuleFiles", "RuleTrials"]),
    tests("RuleFilesTests", ["AlertRules", "CareModel", "CivilZones", "RuleFiles"]),
    tests(
      "CareStoreTests",
      [
        "AlertEngine", "AlertRules", "CareJSON", "CareModel", "CareStore", "EngineHost", "JSONText", "PQ",
        "TestSupport",
      ]),
    tests("TransportSecurityTests", ["CareModel", "TransportSecurity", nioSSL]),
    tests(
      "IntakeTests",
      [
        "AlertEngine", "CareModel", "EngineHost", "FeedSession", "HL7", "Intake", "MQTT", "TransportSecurity",
        lifecycle, logging, .product(name: "MetricsTestKit", package: "swift-metrics"), nioCore,
        .product(name: "NIOEmbedded", package: "swift-nio"), nioPosix, nioSSL,
      ], exclude: ["Fixtures"]),
    tests(
      "WebhookTests",
      [
        "CareModel", "NotificationChannel", "Webhook", crypto, nioCore,
        .product(name: "NIOHTTP1", package: "swift-nio"), nioPosix,
      ]),
    tests(
      "EngineHostTests",
      [
        "AlertEngine", "AlertRules", "CareModel", "EngineHost", "FeedSession", "NotificationChannel", "RuleFiles",
        logging, nioPosix,
      ]),
    tests(
      "PromiseTests",
      [
        "AlertEngine", "AlertRules", "CareModel", "CareStore", "ChannelDispatcher", "EngineHost", "FeedSession", "PQ",
        "RuleFiles", "TestSupport", logging, nioPosix,
      ]),
    tests(
      "SilverbellAppTests",
      [
        "CareModel", "CareStore", "DemoCity", "EngineHost", "JSONText", "PQ", "RuleSets", "SilverbellApp",
        "TestSupport", logging, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    tests(
      "OperationsTests",
      [
        "JSONText", "Operations", .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"), lifecycle, logging, metrics, nioCore, nioPosix,
      ]),
    tests("ChannelDispatcherTests", ["CareModel", "ChannelDispatcher", "EngineHost", "NotificationChannel"]),
    tests(
      "ConsoleTests",
      [
        "AlertEngine", "CareJSON", "CareModel", "Console", "EngineHost", "FHIR", "FeedSession", "JSONText", "Mapped",
        crypto,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"), lifecycle, logging, nioCore,
      ]),
  ])
