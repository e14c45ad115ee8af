import CareModel

/// Contact ID codes (SIA DC-05) that matter to telecare, protocols page, section 2.2.
package enum ContactIDCodes {
  /// By the three digits of the code.
  ///
  /// What a panel says of its own lines is a fault and no `lineLost`: who says it is alive, and the next frame would
  /// call the line restored. A system in order again after a failed communication is `lineRestored`.
  package static let meanings = codeTable([
    // A person calls or does not answer.
    ("100 101 120 122 123 140", .panic, .measurement),
    ("103", .fall, .measurement),
    ("121 124 125", .duress, .measurement),
    ("102 641 654", .inactivity, .measurement),
    ("406", .cancel, .cancel),
    ("411", .requestCallback, .measurement),
    // The home. Every fire code is `smoke`; water flow (113) is that of a sprinkler.
    ("110 111 112 113 115 116 117 118", .smoke, .measurement),
    ("114 158", .heat, .measurement),
    ("151", .gas, .measurement),
    ("154", .water, .measurement),
    ("162", .carbonMonoxide, .measurement),
    // Alarms without a word of ours: intruders, cold, a refrigerator.
    ("130 146 150 152 159", .unknown, .measurement),
    ("137 144 145 383", .tamper, .measurement),
    // The device may be unable to call.
    ("301", .mainsLost, .mainsRestored),
    ("302 309 311 384", .batteryLow, .measurement),
    ("350 351 352 353 354 355 356", .deviceFault, .lineRestored),
    ("147 305 308 312 344 380 381 391 393", .deviceFault, .measurement),
    // A test that tells of trouble, a wish for service, a bypassed sensor, a clock that is wrong.
    ("608 616 570 626", .deviceFault, .measurement),
    ("602 603", .heartbeat, .heartbeat),
    ("601 607 611", .test, .test),
    // Of no consequence here: opened and closed, armed, somebody came home, a clock that was set, sound follows.
    ("400 401 407 408 409 441 456 458 606 625 642", .measurement, .measurement),
  ])
}
