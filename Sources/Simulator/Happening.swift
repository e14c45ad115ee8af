import AlertEngine
import CareModel
import FeedSession

/// Something that is going to happen: the world's own deeds, and what follows from them.
enum Happening {
  case deed(ScriptedDeed)
  case connect(client: Int)
  case hospitalConnects(Int)
  case strangerLeaves(Int)
  case toServer(Int, [UInt8])
  case toPeer(Int, [UInt8])
  case serverLearnsClosed(Int)
  case peerLearnsClosed(Int)
  case wake(Int, wish: Timestamp)
  case retry(client: Int, turn: Int)
  case ping(client: Int, turn: Int)
  case hospitalRetries(Int, turn: Int)
  case answer(StaffID, OfferID, StaffAnswer)
  case deskRepeats(InputID, OperatorAction, StaffID)
  case deskCloses(Int)
  case storeLands(incarnation: Int)
  case storeReturns
  case storeHastens
  case reload([CaseKey], incarnation: Int)
  case delivered(NotificationID, DeliveryReport, incarnation: Int)
  case start
  case compare
  case calm
  case checkCalm
  case deskWorks(Int)
  case beat(Int)
  case powerFails
  case powerReturns
  case homeReturns(Int)
  case calls(Int, String)

  /// Waits while the daemon stands still.
  var needsDaemon: Bool {
    switch self {
    case .toServer, .serverLearnsClosed, .wake, .deskRepeats, .deskCloses, .storeLands, .reload, .delivered: true
    default: false
    }
  }
}

/// Who waits for the fate of an input.
enum Asker {
  case session(wire: Int, DeliveryToken, since: Timestamp)
  case desk(since: Timestamp)

  /// Since when.
  var since: Timestamp {
    switch self {
    case .session(_, _, let since), .desk(let since): since
    }
  }
}

extension Simulation {
  mutating func happen(_ happening: Happening) throws(Violation) {
    switch happening {
    case .deed(let deed): try perform(deed)
    case .connect(let client): connect(client)
    case .hospitalConnects(let hospital): connectHospital(hospital)
    case .strangerLeaves(let wire): strangerLeaves(wire)
    case .toServer(let wire, let bytes): try arrive(bytes, at: wire)
    case .toPeer(let wire, let bytes): receive(bytes, from: wire)
    case .serverLearnsClosed(let wire): serverLearns(wire)
    case .peerLearnsClosed(let wire): peerLearns(wire)
    case .wake(let wire, let wish): try wake(wire, wish: wish)
    case .retry(let client, let turn): retry(client, turn: turn)
    case .ping(let client, let turn): ping(client, turn: turn)
    case .hospitalRetries(let hospital, let turn): retryHospital(hospital, turn: turn)
    case .answer(let staff, let offer, let word): answer(staff, offer, word)
    case .deskRepeats(let input, let action, let staff): try repeatAction(input, action, by: staff)
    case .deskCloses(let desk): try close(by: desk)
    case .storeLands(let incarnation): try storeLands(incarnation)
    case .storeReturns: try storeReturns()
    case .storeHastens: if link.health == .slow { link.health = .well }
    case .reload(let keys, let incarnation): try answerReload(keys, incarnation)
    case .delivered(let notification, let report, let incarnation):
      if incarnation == self.incarnation, !isDown {
        try step(.deliveryReported(nextInput(), notification, report))
      }
    case .start: try startDaemon()
    case .compare: try compare()
    case .calm: try endFaults()
    case .checkCalm: try checkCalm()
    case .deskWorks(let desk): try deskWorks(desk)
    case .beat(let number): try beat(number)
    case .powerFails: powerFails()
    case .powerReturns: powerReturns()
    case .homeReturns(let home): homeReturns(home)
    case .calls(let home, let kind): call(from: home, about: kind)
    }
  }
}
