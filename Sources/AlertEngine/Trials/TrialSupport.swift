import CareModel

/// What a trial of a rule set needs beside the inputs.
extension EngineCore {
  /// Takes over a register without watching its devices: replayed signals carry what was found about silence then.
  package mutating func adoptUnsupervised(_ register: RegisterBook) { self.register = register }

  /// The roles of a member of staff; none for a stranger.
  package func roles(of staff: StaffID) -> [StaffRole] { register.staff(staff)?.roles ?? [] }
}
